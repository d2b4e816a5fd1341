/** Generates docs/states.md: diagrams of the four state machines, drawn from `status.ts`. */
import { MACHINES } from '../status.js';

const TITLES: Record<keyof typeof MACHINES, string> = {
  execution: 'An execution',
  task: 'A task, or one item of a map',
  attempt: 'An attempt at a task',
  heat: "A model's heat",
};

/** The whole page. `status-diagram.test.ts` compares it with the file. */
export function drawStates(): string {
  const pictures = Object.entries(TITLES).map(([machine, title]) => {
    const moves = Object.entries(MACHINES[machine as keyof typeof MACHINES]);
    const arrows = moves.flatMap(([from, to]) =>
      to.length === 0 ? [`  ${from} --> [*]`] : to.map((next: string) => `  ${from} --> ${next}`),
    );
    const start = moves.slice(0, 1).map(([first]) => `  [*] --> ${first}`);
    return `## ${title}\n\n\`\`\`mermaid\nstateDiagram-v2\n${[...start, ...arrows].join('\n')}\n\`\`\`\n`;
  });
  return `# States\n\nDrawn from \`src/core/status.ts\`; \`npx vitest run src/core/testing/status-diagram.test.ts -u\` draws it again.\n\n${pictures.join('\n')}`;
}
