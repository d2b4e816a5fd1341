/** A list of texts. A text may hold a comma: only Enter, or a line break in pasted text, ends it. */
import { TagsInput, type TagsInputProps } from '@mantine/core';

export const ListField = (props: Omit<TagsInputProps, 'splitChars' | 'acceptValueOnBlur'>) => (
  <TagsInput {...props} splitChars={['\n']} acceptValueOnBlur />
);
