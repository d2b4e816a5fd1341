/** The properties of each page of the editor. */
import type { Placed } from '../places';
import type { Definition } from '../../shapes';

export interface PageProps {
  draft: Definition;
  change: (draft: Definition) => void;
  errors: readonly Placed[];
  warnings: readonly Placed[];
  /** The chosen task or parameter. */
  row: string | null;
  choose: (row: string | null) => void;
  onUnreadable: (path: string, error: string | null) => void;
}
