/** CodeMirror with only the JSON extensions. It is loaded with the first JSON field. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { linter, lintGutter, lintKeymap } from '@codemirror/lint';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import classes from './code.module.css';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--succeeded)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--running)' },
]);

const LOOK = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '12.5px' },
  '.cm-scroller': {
    fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
    lineHeight: '20px',
    maxHeight: '480px',
  },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--ink-3)',
    borderRight: '1px solid var(--line)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-bg)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line)' },
});

const lint = jsonParseLinter();

export default function JsonEditor({
  text,
  caret,
  onText,
  labelledBy,
  describedBy,
  isInvalid,
  readOnly,
  minRows,
}: {
  text: string;
  /** The caret of the plain field, if it had the focus when the editor was loaded. */
  caret: { readonly current: number | null };
  onText: (text: string) => void;
  labelledBy: string;
  describedBy: string;
  isInvalid: boolean;
  readOnly: boolean;
  minRows: number;
}) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const attributes = useRef(new Compartment());
  const report = useRef(onText);
  report.current = onText;
  const first = useRef({ text, caret: caret.current, readOnly, minRows });
  const aria = {
    'aria-labelledby': labelledBy,
    ...(describedBy && { 'aria-describedby': describedBy }),
    'aria-invalid': String(isInvalid),
  };
  const ariaJson = JSON.stringify(aria);

  useEffect(() => {
    const { text: doc, caret: at, readOnly: fixed, minRows: rows } = first.current;
    const editor = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({
        doc,
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          json(),
          // Empty is a value too: it means that the member is left out.
          linter((of) => (of.state.doc.toString().trim() === '' ? [] : lint(of))),
          syntaxHighlighting(COLOURS),
          LOOK,
          EditorView.theme({ '.cm-content': { minHeight: `${rows * 20 + 8}px` } }),
          EditorView.lineWrapping,
          EditorState.readOnly.of(fixed),
          EditorView.editable.of(!fixed),
          keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
          attributes.current.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) report.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    if (at !== null) {
      editor.dispatch({ selection: { anchor: Math.min(at, doc.length) } });
      editor.focus();
    }
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const ariaNow = JSON.parse(ariaJson) as Record<string, string>;
    view.current?.dispatch({
      effects: attributes.current.reconfigure(EditorView.contentAttributes.of(ariaNow)),
    });
  }, [ariaJson]);

  useEffect(() => {
    const editor = view.current;
    const shown = editor?.state.doc.toString();
    if (editor && shown !== text)
      editor.dispatch({ changes: { from: 0, to: shown?.length ?? 0, insert: text } });
  }, [text]);

  return <div ref={place} className={classes.editor} data-invalid={isInvalid || undefined} />;
}
