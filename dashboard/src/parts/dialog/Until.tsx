/** How long a person's setting lasts. */
import { Select } from '@mantine/core';

const FOREVER = 'forever';
const CHOICES = [
  { value: '1', label: 'For 1 hour' },
  { value: '4', label: 'For 4 hours' },
  { value: '24', label: 'For 1 day' },
  { value: '168', label: 'For 7 days' },
  { value: FOREVER, label: 'Until somebody changes it' },
];

export const Until = ({ hours, onChange }: { hours: string; onChange: (hours: string) => void }) => (
  <Select
    label="Until"
    data={CHOICES}
    allowDeselect={false}
    value={hours}
    onChange={(value) => onChange(value ?? FOREVER)}
  />
);

export const untilOf = (hours: string): string | null =>
  hours === FOREVER ? null : new Date(Date.now() + Number(hours) * 3_600_000).toISOString();
