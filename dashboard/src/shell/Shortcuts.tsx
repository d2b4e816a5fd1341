/** Single keys, as WCAG 2.1.4 allows them: never inside an input, and they can be switched off in the settings. */
import { Modal } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { KEYS_OFF, SEARCH_KEY } from './keys';
import { placesFor } from './places';
import { useMay } from './session';

const WRITING = 'input,textarea,select,[contenteditable],[role=dialog]';
const OTHERS: [string, string][] = [
  [`${SEARCH_KEY} or /`, 'Search'],
  ['j k', 'Next and previous row'],
  ['x', 'Choose the row'],
  ['Enter', 'Open the row'],
  ['[ ]', 'Previous and next task'],
  ['1 – 4', 'Overlay of the graph'],
  ['r', 'Rerun'],
  ['e', 'Edit'],
  ['?', 'This list'],
  ['Esc', 'Close'],
];

export function Shortcuts() {
  const navigate = useNavigate();
  const places = placesFor(useMay());
  const [isOpen, setOpen] = useState(false);
  const afterG = useRef(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (event.metaKey || event.ctrlKey || event.altKey || localStorage.getItem(KEYS_OFF)) return;
      if (target instanceof Element && target.closest(WRITING)) return;
      const place = afterG.current ? places.find((place) => place.key === key) : undefined;
      afterG.current = key === 'g';
      if (place) void navigate({ to: place.to });
      else if (key === '?') setOpen(true);
      else if (key === '/') {
        event.preventDefault();
        spotlight.open();
      } else moveRow(key);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigate, places]);
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title="Keys">
      <table>
        <tbody>
          {[...OTHERS, ...places.map(({ key, title }) => [`g ${key}`, title] as const)].map(([key, what]) => (
            <tr key={key}>
              <th scope="row" style={{ padding: '3px 24px 3px 0', textAlign: 'left' }}>
                <kbd className="mono">{key}</kbd>
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="faint">They can be switched off in the settings.</p>
    </Modal>
  );
}

/** The keys move between table rows by focusing the first link or button of each. */
function moveRow(key: string): void {
  const rows = [...document.querySelectorAll<HTMLElement>('tr[data-row]')];
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (key === 'x') return rows[at]?.querySelector<HTMLElement>('input[type=checkbox]')?.click();
  const step = key === 'j' ? 1 : key === 'k' ? -1 : 0;
  if (step === 0) return;
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  row?.querySelector<HTMLElement>('a,button')?.focus();
  row?.scrollIntoView({ block: 'nearest' });
}
