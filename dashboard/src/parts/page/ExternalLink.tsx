/** A link to another site, if the stored address is a web address. */
import type { ReactNode } from 'react';

export function ExternalLink({ to, children }: { to: string | null | undefined; children: ReactNode }) {
  if (!to || !/^https?:\/\//i.test(to)) return children;
  return (
    <a href={to} target="_blank" rel="noreferrer" className="plain">
      {children}
    </a>
  );
}
