/** Replaces a page that the user's role may not open. */
import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/page/Empty';
import { Page } from '../parts/page/Page';
import { roleInWords, rolesFor, useSession, type May } from './session';

export function Reserved({ need }: { need: keyof May }) {
  const { session } = useSession();
  const roles = rolesFor(need).map(roleInWords);
  return (
    <Page title="Not for your role">
      <Empty
        action={
          <Link to="/" className="plain">
            To the overview
          </Link>
        }
      >
        This page is for the roles {roles.join(', ')}. You are signed in as {roleInWords(session?.role ?? '')}
        {session?.scopes && session.scopes.length > 0 && `, with a key for ${session.scopes.join(', ')}`}.
      </Empty>
    </Page>
  );
}
