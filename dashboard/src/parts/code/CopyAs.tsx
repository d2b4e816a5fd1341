/** The request of this page as code, to copy or to read. */
import { Button, CopyButton, Menu, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import classes from './code.module.css';
import { curlOf, typescriptOf, type Asked } from './snippets';

const LANGUAGES = { curl: curlOf, TypeScript: typescriptOf };
type Language = keyof typeof LANGUAGES;
const NAMES = Object.keys(LANGUAGES) as Language[];

export function CopyAs({ request }: { request: Asked }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button>Copy as</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {NAMES.map((name) => (
          <CopyButton key={name} value={LANGUAGES[name](window.location.origin, request)}>
            {({ copy, copied }) => (
              <Menu.Item onClick={copy} closeMenuOnClick={false}>
                {copied ? 'Copied' : name}
              </Menu.Item>
            )}
          </CopyButton>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function Snippet({ request, label }: { request: Asked; label: string }) {
  const [language, setLanguage] = useState<Language>('curl');
  const source = LANGUAGES[language](window.location.origin, request);
  return (
    <figure className={classes.snippet} aria-label={label}>
      <figcaption className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label="Language"
          data={NAMES}
          value={language}
          onChange={setLanguage}
        />
        <CopyButton value={source}>
          {({ copy, copied }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
        </CopyButton>
      </figcaption>
      <pre className={classes.source} tabIndex={0}>
        {source}
      </pre>
    </figure>
  );
}
