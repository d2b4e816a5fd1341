/** Parses Server-Sent Events from text. */

export interface StreamEvent {
  /** Sent as `Last-Event-ID` after a dropped stream. */
  id: string | undefined;
  event: string;
  data: string;
}

/** Takes the complete events from `text`. Put `rest` before the next text. Comments are ignored. */
export function takeEvents(text: string): { events: StreamEvent[]; rest: string } {
  // A trailing carriage return may be the first half of a line break.
  const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
  const blocks = whole.replaceAll(/\r\n?/g, '\n').split('\n\n');
  const rest = `${blocks.pop()}${text.slice(whole.length)}`;
  return { events: blocks.map(eventIn).filter((event) => event !== undefined), rest };
}

function eventIn(block: string): StreamEvent | undefined {
  const fields = block.split('\n').map((line) => {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    return { name, value };
  });
  const last = (name: string) => fields.findLast((field) => field.name === name)?.value;
  const data = fields.filter((field) => field.name === 'data').map((field) => field.value);
  return data.length === 0
    ? undefined
    : { id: last('id'), event: last('event') ?? 'message', data: data.join('\n') };
}
