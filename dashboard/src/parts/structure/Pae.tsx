/** The map of aligned errors: dark green is a small error. Dragging selects a square of residues; arrow keys move the cursor. */
import { memo, useEffect, useRef, useState } from 'react';
import { colours, errorAt, marks, scaleCss, type Pae as Errors, type Square } from './pae';
import type { Residue } from './pdb';
import type { Cursor } from './confidence';
import classes from './Structure.module.css';

export function Pae({
  pae,
  residues,
  cursor,
  onCursor,
  square,
  onSquare,
}: {
  pae: Errors;
  residues: readonly Residue[];
  cursor: Cursor | null;
  onCursor: (cursor: Cursor | null) => void;
  square: Square | null;
  onSquare: (square: Square | null) => void;
}) {
  const { size } = pae;
  const [start, setStart] = useState<Cursor | null>(null);
  const at = (event: React.PointerEvent): Cursor => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const index = (offset: number, length: number) =>
      Math.max(0, Math.min(size - 1, Math.floor((offset / length) * size)));
    return { j: index(event.clientX - left, width), i: index(event.clientY - top, height) };
  };
  const move = (event: React.PointerEvent) => {
    const here = at(event);
    onCursor(here);
    if (start && (start.i !== here.i || start.j !== here.j))
      onSquare({
        x: [Math.min(start.j, here.j), Math.max(start.j, here.j)],
        y: [Math.min(start.i, here.i), Math.max(start.i, here.i)],
      });
  };
  const press = (event: React.KeyboardEvent) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === 'Escape') return onSquare(null);
    if (!step) return;
    event.preventDefault();
    const { i, j } = cursor ?? { i: 0, j: 0 };
    const bound = (value: number) => Math.max(0, Math.min(size - 1, value));
    onCursor({ j: bound(j + (step[0] as number)), i: bound(i + (step[1] as number)) });
  };
  const part = (value: number) => `${(value / size) * 100}%`;
  const breaks = residues.flatMap(({ chain }, index) =>
    index > 0 && residues[index - 1]?.chain !== chain ? [index] : [],
  );
  const words = cursor
    ? `Scored ${cursor.j + 1}, aligned on ${cursor.i + 1}: ${errorAt(pae, cursor.j, cursor.i).toFixed(1)} ångström`
    : `${size} by ${size} residues`;
  return (
    <div className={classes.pae}>
      <div className={classes.left} aria-hidden>
        {marks(size).map((mark) => (
          <span key={mark} style={{ top: part(mark - 0.5) }}>
            {mark}
          </span>
        ))}
      </div>
      <div
        className={classes.map}
        role="application"
        tabIndex={0}
        aria-label={`Predicted aligned error. ${words}. Arrow keys move.`}
        onKeyDown={press}
        onPointerMove={move}
        onPointerLeave={() => onCursor(null)}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          onSquare(null);
          setStart(at(event));
        }}
        onPointerUp={() => setStart(null)}
        onPointerCancel={() => setStart(null)}
      >
        <Picture pae={pae} />
        {breaks.map((index) => (
          <span key={index}>
            <span className={classes.chain} style={{ left: part(index), top: 0, bottom: 0 }} />
            <span className={classes.chain} style={{ top: part(index), left: 0, right: 0 }} />
          </span>
        ))}
        {square && (
          <span
            className={classes.square}
            style={{
              left: part(square.x[0]),
              top: part(square.y[0]),
              width: part(square.x[1] - square.x[0] + 1),
              height: part(square.y[1] - square.y[0] + 1),
            }}
          />
        )}
        {cursor && (
          <>
            <span className={classes.cross} style={{ left: part(cursor.j + 0.5), top: 0, bottom: 0 }} />
            <span className={classes.cross} style={{ top: part(cursor.i + 0.5), left: 0, right: 0 }} />
          </>
        )}
      </div>
      <div className={classes.bottom} aria-hidden>
        {marks(size).map((mark) => (
          <span key={mark} style={{ left: part(mark - 0.5) }}>
            {mark}
          </span>
        ))}
      </div>
      <div className={classes.legend}>
        <span>Scored residue →, aligned residue ↓</span>
        <span>
          0 <span className={classes.scale} style={{ background: scaleCss }} /> 30 Å
        </span>
      </div>
    </div>
  );
}

const TABLE = colours();

const Picture = memo(function Picture({ pae: { size, bytes } }: { pae: Errors }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(size, size);
    const pixels = new Uint32Array(image.data.buffer);
    for (let at = 0; at < bytes.length; at += 1) pixels[at] = TABLE[bytes[at] as number] as number;
    context.putImageData(image, 0, 0);
  }, [size, bytes]);
  return <canvas ref={canvas} width={size} height={size} className={classes.canvas} />;
});
