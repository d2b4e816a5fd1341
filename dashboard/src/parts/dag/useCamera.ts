/** The visible part of the graph. Dragging, pinching and the buttons move it; it knows what is out of sight. */
import { select } from 'd3-selection';
import { zoom, zoomIdentity, zoomTransform, type ZoomTransform } from 'd3-zoom';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { BOX, type Box, type Layout } from './layout';

/** Names are not legible below this scale. */
const FAR = 0.45;
/** Boxes this near to the edge of the view count as visible. The visible part moves in steps of this size. */
const MARGIN = 400;
const PADDING = 20;

type Stage = ReturnType<typeof select<HTMLDivElement, unknown>>;

/** @param least the lowest scale at first: names are too small below it */
export function useCamera(
  graph: Layout,
  { width, height, least }: { width: number; height: number; least: number },
) {
  const view = useRef<HTMLDivElement>(null);
  const world = useRef<HTMLDivElement>(null);
  const [step, setStep] = useState({ x: 0, y: 0, right: 4_000, bottom: 4_000, isFar: false, isMoved: false });

  const first = useMemo(() => firstLook(graph, width, height, least), [graph, width, height, least]);
  const behaviour = useMemo(() => {
    const smallest = fitting(graph, width, height).k;
    return (
      zoom<HTMLDivElement, unknown>()
        .scaleExtent([Math.min(0.5, smallest), 1.6])
        .clickDistance(4)
        // The wheel and one finger scroll the page; only a pinch zooms.
        .filter((event: MouseEvent | TouchEvent | WheelEvent) =>
          event.type === 'wheel'
            ? event.ctrlKey || event.metaKey
            : 'touches' in event
              ? event.touches.length > 1
              : event.button === 0,
        )
        .on('start', () => void world.current?.toggleAttribute('data-moving', true))
        .on('end', () => void world.current?.toggleAttribute('data-moving', false))
        .on('zoom', ({ transform, sourceEvent }: { transform: ZoomTransform; sourceEvent: unknown }) => {
          if (world.current)
            world.current.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
          const [x, y] = transform.invert([0, 0]);
          const [right, bottom] = transform.invert([width, height]);
          const next = {
            x: Math.floor(x / MARGIN - 1) * MARGIN,
            y: Math.floor(y / MARGIN - 1) * MARGIN,
            right: Math.ceil(right / MARGIN + 1) * MARGIN,
            bottom: Math.ceil(bottom / MARGIN + 1) * MARGIN,
            isFar: transform.k < FAR,
            isMoved: sourceEvent !== null && sourceEvent !== undefined,
          };
          setStep((now) => {
            const merged = { ...next, isMoved: now.isMoved || next.isMoved };
            return JSON.stringify(now) === JSON.stringify(merged) ? now : merged;
          });
        })
    );
  }, [graph, width, height]);

  useEffect(() => {
    if (!view.current || width === 0) return undefined;
    const stage = select<HTMLDivElement, unknown>(view.current);
    stage.call(behaviour).on('dblclick.zoom', null);
    behaviour.transform(stage, first);
    return () => void stage.on('.zoom', null);
  }, [behaviour, first, width]);

  const act = useCallback((action: (stage: Stage) => void) => {
    if (view.current) action(select<HTMLDivElement, unknown>(view.current));
    setStep((now) => ({ ...now, isMoved: true }));
  }, []);
  const reveal = useCallback(
    (box: Box) => {
      if (!view.current || !world.current || width === 0) return;
      const stage = select<HTMLDivElement, unknown>(view.current);
      const { x, y, k } = zoomTransform(view.current);
      const [left, top] = [box.x * k + x, box.y * k + y];
      if (left < 0 || top < 0 || left + BOX.width * k > width || top + BOX.height * k > height || k < FAR) {
        if (k < FAR) behaviour.scaleTo(stage, 1);
        behaviour.translateTo(stage, box.x + BOX.width / 2, box.y + BOX.height / 2);
      }
    },
    [behaviour, width, height],
  );

  return {
    view,
    world,
    reveal,
    sight: step,
    isFar: step.isFar,
    /** The view does not show all of the graph, or the user has moved it. */
    isMoved: step.isMoved || first.k < 1 || graph.width * first.k > width,
    closer: () => act((stage) => behaviour.scaleBy(stage, 1.3)),
    farther: () => act((stage) => behaviour.scaleBy(stage, 1 / 1.3)),
    fit: () => act((stage) => behaviour.transform(stage, fitting(graph, width, height))),
  };
}

function fitting(graph: Layout, width: number, height: number): ZoomTransform {
  const k = Math.min(
    1,
    (width - 2 * PADDING) / Math.max(1, graph.width),
    (height - 2 * PADDING) / Math.max(1, graph.height),
  );
  const scale = Math.max(0.01, k);
  return zoomIdentity
    .translate((width - graph.width * scale) / 2, (height - graph.height * scale) / 2)
    .scale(scale);
}

/** The whole graph if names stay legible, else its beginning. */
function firstLook(graph: Layout, width: number, height: number, least: number): ZoomTransform {
  const whole = fitting(graph, width, height);
  if (whole.k >= least - 0.01 || graph.boxes.size > 150) return whole;
  return zoomIdentity.translate(PADDING, Math.max(PADDING, (height - graph.height * least) / 2)).scale(least);
}
