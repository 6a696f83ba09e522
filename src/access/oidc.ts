import * as client from 'openid-client';
import type { Log } from '../../adapters/contract/adapter.ts';
import type { SecretRef } from '../../adapters/contract/target.ts';
import { isLoopback } from '../config/settings.ts';
import type { OidcSettings } from '../config/types.ts';
import { issuerFetch } from './issuer-http.ts';
import { LoginError } from './login-error.ts';
import { subjectPseudonym } from './ref.ts';
import { knownGroups } from './roles.ts';

export interface IssuerDeps {
  /** Key of pseudonyms. */
  key: string;
  /** Where browsers are sent back. */
  redirectUri: string;
  now(): number;
  log: Log;
  /** @throws {RoomwardenError} RW1008 to RW1010 */
  secret(ref: SecretRef): Promise<string>;
}

export interface BegunLogin {
  url: string;
  state: string;
  nonce: string;
  verifier: string;
}

export interface SignedIn {
  /** Pseudonym. */
  subject: string;
  groups: string[];
}

/** What the issuer says of itself is asked again after this. */
const metadataMs = 3_600_000;

/** Login at one OpenID Connect issuer: authorization code with PKCE, state and nonce; signatures are always checked. */
export class Issuer {
  readonly #settings: OidcSettings;
  readonly #deps: IssuerDeps;
  #known: { at: number; configuration: Promise<client.Configuration> } | null = null;

  constructor(settings: OidcSettings, deps: IssuerDeps) {
    this.#settings = settings;
    this.#deps = deps;
  }

  /** @throws {LoginError} */
  async begin(): Promise<BegunLogin> {
    const configuration = await this.#configuration();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const verifier = client.randomPKCECodeVerifier();
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#deps.redirectUri,
      scope: this.#settings.scopes.join(' '),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return { url: url.href, state, nonce, verifier };
  }

  /** `query` as the browser brought it back. @throws {LoginError} */
  async finish(query: string, begun: Pick<BegunLogin, 'state' | 'nonce' | 'verifier'>): Promise<SignedIn> {
    const configuration = await this.#configuration();
    try {
      const tokens = await client.authorizationCodeGrant(
        configuration,
        new URL(`${this.#deps.redirectUri}?${query}`),
        {
          expectedState: begun.state,
          expectedNonce: begun.nonce,
          pkceCodeVerifier: begun.verifier,
          idTokenExpected: true,
        },
      );
      const claims = tokens.claims();
      if (claims === undefined) throw new LoginError('refused', 'no_id_token');
      const groups = await this.#groups(configuration, tokens.access_token, claims);
      if (groups.length === 0) throw new LoginError('no_role', 'no_group');
      const { key } = this.#deps;
      return { subject: subjectPseudonym(key, this.#settings.issuer, claims.sub), groups };
    } catch (error) {
      throw loginError(error);
    }
  }

  /** Many issuers name groups in the userinfo only. */
  async #groups(
    configuration: client.Configuration,
    accessToken: string,
    claims: client.IDToken,
  ): Promise<string[]> {
    const { roles, claim } = this.#settings;
    const groups = knownGroups(roles, claims, claim);
    const asked = configuration.serverMetadata().userinfo_endpoint !== undefined;
    if (groups.length > 0 || !asked || Object.hasOwn(claims, claim[0] ?? '')) return groups;
    return knownGroups(roles, await client.fetchUserInfo(configuration, accessToken, claims.sub), claim);
  }

  /** Where the browser ends its session at the issuer, too; null where the issuer offers none or is silent. */
  async logoutUrl(returnTo: string): Promise<string | null> {
    try {
      const configuration = await this.#configuration();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return null;
      return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo }).href;
    } catch {
      return null;
    }
  }

  async #configuration(): Promise<client.Configuration> {
    const now = this.#deps.now();
    const known = this.#known;
    if (known !== null && now - known.at < metadataMs) return known.configuration;
    const asked = { at: now, configuration: this.#discover() };
    this.#known = asked;
    try {
      return await asked.configuration;
    } catch (error) {
      if (this.#known === asked) this.#known = null;
      throw loginError(error);
    }
  }

  #discover(): Promise<client.Configuration> {
    const { issuer, client_id, clock_tolerance, insecure_http } = this.#settings;
    const clear = insecure_http || isLoopback(new URL(issuer).hostname);
    const metadata = {
      [client.clockTolerance]: clock_tolerance,
      [client.clockSkew]: Math.round((this.#deps.now() - Date.now()) / 1000),
    };
    return client.discovery(new URL(issuer), client_id, metadata, this.#clientAuth(), {
      [client.customFetch]: issuerFetch(this.#settings, this.#deps),
      timeout: 10,
      execute: [client.enableNonRepudiationChecks, ...(clear ? [client.allowInsecureRequests] : [])],
    });
  }

  /** The secret is read at each use, and sent in the way that the issuer prefers. */
  #clientAuth(): client.ClientAuth {
    const { client_secret: ref } = this.#settings;
    if (ref === null) return client.None();
    return async (server, app, body, headers) => {
      const secret = await this.#deps.secret(ref);
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      const basic = methods.includes('client_secret_basic');
      const send = basic ? client.ClientSecretBasic(secret) : client.ClientSecretPost(secret);
      await send(server, app, body, headers);
    };
  }
}

/** Failures of the line, not of the login. */
const silent = new Set(['SourceError', 'TimeoutError', 'AbortError']);

function loginError(error: unknown): LoginError {
  if (error instanceof LoginError) return error;
  const { name, code, cause, status } = (error ?? {}) as Record<string, unknown>;
  const told = typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code.toLowerCase() : 'unexpected';
  const answered = cause instanceof Response ? cause.status : status;
  const names = [name, (cause as Error | undefined)?.name].map(String);
  const down = names.some((each) => silent.has(each)) || (typeof answered === 'number' && answered >= 500);
  return new LoginError(down ? 'unreachable' : 'refused', told);
}
