/** Draws with 3Dmol, which is loaded with the first structure. The cursor is a small extra shape, because a new style for the whole would redraw all of it. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { GLShape, GLViewer } from '3dmol';
import { bandOf } from './confidence';
import { faceOn, type Residue } from './pdb';
import type { Cursor } from './confidence';

export type Colouring = 'plddt' | 'chain' | 'rainbow';

const NO_WEBGL =
  'This browser has no WebGL, which the 3D view needs. The confidence below and the files are complete without it.';
const LOST = 'The 3D view could not be loaded. Reload the page to try again.';
const CHAINS = ['#5b3fd0', '#b8842a', '#136c3a', '#0a58b0', '#b3211a', '#6a4a78'];

function hasWebGl(): boolean {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2') ?? canvas.getContext('webgl');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
}

export function useStage({
  place,
  pdb,
  residues,
  plddt,
  colouring,
  isBlack,
  cursor,
  onCursor,
  selected,
}: {
  place: RefObject<HTMLDivElement | null>;
  pdb: string;
  residues: readonly Residue[];
  plddt: readonly number[];
  colouring: Colouring;
  isBlack: boolean;
  cursor: Cursor | null;
  onCursor: (cursor: Cursor | null) => void;
  selected: readonly number[];
}) {
  const [failure, setFailure] = useState<string | null>(() => (hasWebGl() ? null : NO_WEBGL));
  const [viewer, setViewer] = useState<GLViewer | null>(null);
  const marks = useRef<GLShape[]>([]);

  useEffect(() => {
    if (failure !== null || !place.current) return undefined;
    const element = place.current;
    let made: GLViewer | null = null;
    let isGone = false;
    const open = async () => {
      const { createViewer } = await import('3dmol/build/3Dmol.es6-min.js');
      if (isGone) return;
      made = createViewer(element, {
        backgroundAlpha: 0,
        antialias: true,
        disableFog: true,
        hoverDuration: 60,
      });
      setViewer(made);
    };
    open().catch(() => setFailure(LOST));
    const sized = new ResizeObserver(() => void (element.clientWidth > 0 && made?.resize()));
    sized.observe(element);
    return () => {
      isGone = true;
      sized.disconnect();
      // Browsers allow few WebGL contexts, so this one is released with its canvas.
      element
        .querySelector('canvas')
        ?.getContext('webgl2')
        ?.getExtension('WEBGL_lose_context')
        ?.loseContext();
      element.replaceChildren();
      setViewer(null);
    };
  }, [place, failure]);

  useEffect(() => {
    if (!viewer) return;
    viewer.removeAllModels();
    viewer.addModel(pdb, 'pdb');
    const at = new Map(residues.map(({ chain, number }, index) => [`${chain}${number}`, index]));
    const point = ({ chain, resi }: { chain?: string; resi?: number }) => {
      const index = at.get(`${chain ?? ''}${resi ?? ''}`);
      if (index !== undefined) onCursor({ i: index, j: index });
    };
    viewer.setHoverable({}, true, point, () => onCursor(null));
    look(viewer, residues, plddt, aspectOf(place.current));
  }, [viewer, pdb, residues, plddt, onCursor, place]);

  useEffect(() => {
    if (!viewer) return;
    const chains = [...new Set(residues.map(({ chain }) => chain))];
    const places = new Map(residues.map(({ chain, number }, index) => [`${chain}${number}`, index]));
    const colorfunc = ({
      chain = '',
      resi = 0,
      b = 0,
    }: {
      chain?: string;
      resi?: number;
      b?: number;
    }): string => {
      const index = places.get(`${chain}${resi}`) ?? 0;
      if (colouring === 'chain') return CHAINS[chains.indexOf(chain) % CHAINS.length] as string;
      if (colouring === 'rainbow')
        return `hsl(${Math.round(240 - (240 * index) / Math.max(1, residues.length - 1))}, 75%, 50%)`;
      return bandOf(b).colour;
    };
    viewer.setStyle({}, { cartoon: { colorfunc, arrows: true } });
    for (const chain of chains) {
      const resi = selected.flatMap((index) =>
        residues[index]?.chain === chain ? [residues[index].number] : [],
      );
      if (resi.length > 0) viewer.addStyle({ chain, resi }, { stick: { radius: 0.18, colorfunc } });
    }
    viewer.setViewStyle({
      style: 'outline',
      color: isBlack ? 'white' : 'black',
      width: isBlack ? 0.03 : 0.05,
    });
    viewer.setBackgroundColor(isBlack ? '#050608' : '#eef1f4', 1);
    viewer.render();
  }, [viewer, pdb, residues, plddt, colouring, isBlack, selected]);

  useEffect(() => {
    if (!viewer) return;
    for (const shape of marks.current) viewer.removeShape(shape);
    const shown =
      cursor === null ? [] : [...new Set([cursor.i, cursor.j])].flatMap((index) => residues[index] ?? []);
    marks.current = shown.map(({ at: [x, y, z] }) =>
      viewer.addSphere({
        center: { x, y, z },
        radius: 1.6,
        color: isBlack ? '#ffffff' : '#151a22',
        opacity: 0.75,
      }),
    );
    viewer.render();
  }, [viewer, cursor, residues, isBlack]);

  return {
    failure,
    reset: () => viewer && look(viewer, residues, plddt, aspectOf(place.current)),
    picture: () => viewer?.pngURI() ?? '',
  };
}

/** Face-on, and framed on the confident residues, so that a long tail does not make the fold small. */
function look(
  viewer: GLViewer,
  residues: readonly Residue[],
  plddt: readonly number[],
  aspect: number,
): void {
  const sure = residues.filter((_, index) => (plddt[index] ?? 0) >= 50);
  const framed = sure.length >= 10 ? sure : residues;
  viewer.zoomTo();
  const view = viewer.getView() as number[];
  viewer.setView([...view.slice(0, 4), ...faceOn(framed.map(({ at }) => at))]);
  const chains = [...new Set(framed.map(({ chain }) => chain))];
  viewer.zoomTo({
    or: chains.map((chain) => ({
      chain,
      resi: framed.filter((residue) => residue.chain === chain).map(({ number }) => number),
    })),
  });
  // 3Dmol fits the height, so a narrow view zooms out.
  viewer.zoom(Math.min(1, aspect));
  viewer.render();
}

const aspectOf = (element: HTMLElement | null): number =>
  element && element.clientHeight > 0 ? element.clientWidth / element.clientHeight : 1;
