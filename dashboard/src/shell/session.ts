/** The signed-in user: asked once, and kept until the server says otherwise. */
import { useQuery } from '@tanstack/react-query';
import { api, Problem, take } from '../api/client';

export function useSession() {
  const { data, isLoading, error, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: () =>
      take(api.GET('/v1/session')).catch((error: unknown) => {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }),
    staleTime: Infinity,
  });
  return { session: data ?? null, isLoading, error: data ? null : error, retry: () => void refetch() };
}

/** The permissions of each role, and the scope that a key needs for each. The server decides: the dashboard only hides what it would refuse. */
const MAY = {
  edit: { roles: ['platform_admin'], scope: 'administer' },
  operate: { roles: ['platform_admin', 'operator'], scope: 'administer' },
  audit: { roles: ['platform_admin', 'operator', 'auditor'], scope: 'read' },
  costs: { roles: ['platform_admin', 'operator', 'auditor', 'tenant_admin'], scope: 'read' },
  run: { roles: ['platform_admin', 'tenant_admin', 'tenant_user'], scope: 'run' },
  /** The inputs and outputs of executions. */
  payloads: { roles: ['platform_admin', 'tenant_admin', 'tenant_user'], scope: 'read' },
  manageTenant: { roles: ['platform_admin', 'tenant_admin'], scope: 'administer' },
} as const;

export type May = Record<keyof typeof MAY, boolean>;

/** For people: the roles that have the permission. */
export const rolesFor = (what: keyof May): readonly string[] => MAY[what].roles;
export const roleInWords = (role: string): string => role.replaceAll('_', ' ');

export function useMay(): May {
  const { session } = useSession();
  const { role, scopes = [] }: { role?: string; scopes?: readonly string[] } = session ?? {};
  const allowed = Object.entries(MAY).map(([what, needs]) => {
    const isOf = needs.roles.some((wanted) => wanted === role);
    return [what, isOf && (scopes.length === 0 || scopes.includes(needs.scope))];
  });
  return Object.fromEntries(allowed) as May;
}
