/** What each page of the editor is given. */
import type { Place } from '../places';
import type { Definition } from '../shapes';

export interface PageProps {
  draft: Definition;
  change: (draft: Definition) => void;
  faults: readonly { place: Place; message: string }[];
  /** The chosen task or parameter. */
  row: string | null;
  choose: (row: string | null) => void;
  onUnreadable: (path: string, fault: string | null) => void;
}
