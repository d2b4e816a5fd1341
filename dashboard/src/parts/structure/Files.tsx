/** The files of a structure, by kind. */
import { Button, Menu } from '@mantine/core';
import type { NamedFile } from './confidence';
import { IconChevronDown } from '@tabler/icons-react';
import { bytes } from '../quantities';

const KINDS: [of: RegExp, name: string][] = [
  [/\.cif$/i, 'Structure, mmCIF'],
  [/pae.*\.json$/i, 'Aligned error, JSON'],
  [/plddt.*\.csv$/i, 'pLDDT, CSV'],
  [/\.a3m$/i, 'Alignment, A3M'],
];

export function Files({ pdb, rank, files }: { pdb: NamedFile; rank: number; files: readonly NamedFile[] }) {
  const known = KINDS.flatMap(([of, name]) => {
    const file = files.findLast((each) => of.test(each.name));
    // Files that are made on request are made for the rank that is shown.
    return file
      ? [{ ...file, label: name, href: file.href.includes('?') ? file.href : `${file.href}?rank=${rank}` }]
      : [];
  });
  return (
    <>
      <Button component="a" href={pdb.href} download={pdb.name}>
        Download PDB
      </Button>
      {known.length > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button rightSection={<IconChevronDown size={14} />}>More files</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {known.map(({ href, name, size, label }) => (
              <Menu.Item
                key={href}
                component="a"
                href={href}
                download={name}
                rightSection={<span className="faint">{bytes(size)}</span>}
              >
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
