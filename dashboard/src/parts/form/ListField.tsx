/** A list of texts, one after the other. A text may hold a comma: only Enter ends it, or a line break in what is pasted. */
import { TagsInput, type TagsInputProps } from '@mantine/core';

export const ListField = (props: Omit<TagsInputProps, 'splitChars' | 'acceptValueOnBlur'>) => (
  <TagsInput {...props} splitChars={['\n']} acceptValueOnBlur />
);
