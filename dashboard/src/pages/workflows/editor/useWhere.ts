/** The place in the editor. It changes with the draft at once; the address follows later. */
import { useState } from 'react';
import { isSame } from '../../../parts/difference/difference';
import type { Place } from './places';

export interface Where {
  page?: Place['page'] | undefined;
  task?: string | undefined;
  parameter?: string | undefined;
}

export interface Position {
  where: Where;
  /** As it was last seen. */
  address: Where;
  /** Places that were requested and that the address does not show yet. */
  asked: readonly Where[];
}

export const moved = ({ where, asked, ...rest }: Position, next: Where): Position => ({
  ...rest,
  where: { ...where, ...next },
  asked: [...asked, { ...where, ...next }],
});

/** An address that this page requested is ignored. Any other address comes from outside, and is followed. */
export function withAddress({ where, asked }: Position, address: Where): Position {
  const place = asked.findIndex((one) => isSame(one, address));
  return place < 0
    ? { where: address, address, asked: [] }
    : { where, address, asked: asked.slice(place + 1) };
}

/** If the form waited for the address, a renamed task would disappear for a moment, and the focus with it. */
export function useWhere(at: Where, follow: (where: Where) => void): [Where, (where: Where) => void] {
  const [position, setPosition] = useState<Position>({ where: at, address: at, asked: [] });
  if (!isSame(position.address, at)) setPosition(withAddress(position, at));
  const go = (next: Where) => {
    setPosition((now) => moved(now, next));
    follow(next);
  };
  return [position.where, go];
}
