/** The SPDX id of a licence: chosen from the list, written as an expression, or one's own. */
import { Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, take, type Got } from '../../../api/client';

type SpdxLicence = Got<'/v1/licenses/spdx'>['items'][number];

/** The word that is being typed: an expression has several. */
const lastWord = (text: string): string => /[^\s()]*$/.exec(text)?.[0] ?? '';

export function SpdxField({
  label,
  description = 'From the SPDX list, or LicenseRef-… for your own.',
  value,
  error,
  onChange,
  autoFocus = false,
  required = false,
}: {
  label: string;
  description?: string;
  value: string;
  error: string | undefined;
  /** `chosen` is the SPDX entry of the licence, if it is a single one from the list. */
  onChange: (value: string, chosen: SpdxLicence | null) => void;
  autoFocus?: boolean;
  required?: boolean;
}) {
  const word = lastWord(value);
  const { data } = useQuery({
    queryKey: ['spdx', word],
    queryFn: () => take(api.GET('/v1/licenses/spdx', { params: { query: { q: word, limit: 20 } } })),
    enabled: word.length > 0,
    staleTime: Infinity,
    placeholderData: (before) => before,
  });
  const before = value.slice(0, value.length - word.length);
  const offered = new Map((data?.items ?? []).map((licence) => [`${before}${licence.id}`, licence]));
  return (
    <Autocomplete
      label={label}
      description={description}
      required={required}
      maxLength={50}
      spellCheck={false}
      value={value}
      error={error}
      data={[...offered.keys()]}
      filter={({ options }) => options}
      onChange={(next) => onChange(next.trimStart(), before === '' ? (offered.get(next) ?? null) : null)}
      data-autofocus={autoFocus || undefined}
    />
  );
}
