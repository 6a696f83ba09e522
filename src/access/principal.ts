import type { Scope, TokenInfo } from './tokens.ts';

/** Who calls, and what that allows. */
export interface Principal {
  /** Calls are counted by it. */
  id: string;
  /** As in the audit log: `token:<id>` or `session:<pseudonym>`. */
  actor: string;
  scopes: readonly Scope[];
  /** Null = all, also later ones. */
  targets: readonly string[] | null;
  /** Nothing that it grants may last longer; null = it has no end by itself. */
  expiresAt: number | null;
  /** Null: a token was sent with the call. */
  session: { hash: string; kind: 'token' | 'oidc'; expiresAt: number; endsAt: number } | null;
}

export function principalOf(token: TokenInfo): Principal {
  const { id, scopes, targets, expiresAt } = token;
  return { id, actor: `token:${id}`, scopes, targets, expiresAt, session: null };
}
