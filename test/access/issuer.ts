import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** Persons that the issuer knows; what is here must never be found anywhere in Roomwarden. */
export const people: Record<string, { name: string; email: string; groups?: string[] }> = {
  'sub-anna-4711': { name: 'Anna Beispiel', email: 'anna@example.org', groups: ['it-service', 'kantine'] },
  'sub-bert-4712': { name: 'Bert Muster', email: 'bert@example.org', groups: ['kantine'] },
  'sub-carl-4713': { name: 'Carl Probe', email: 'carl@example.org' },
};

export const clientSecret = 'client-secret-of-the-tests-0123456789';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface RunningIssuer {
  url: string;
  server: Server;
  close(): Promise<unknown>;
}

async function serve(port: number, listener: RequestListener): Promise<RunningIssuer> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

/** A real provider with its own sign-in and consent pages. `idToken`: groups stand there, else in the userinfo. */
export async function realIssuer(home: string, idToken: boolean): Promise<RunningIssuer> {
  const port = await freePort();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: 'roomwarden',
        client_secret: clientSecret,
        redirect_uris: [`${home}/api/v1/session/oidc/callback`],
        post_logout_redirect_uris: [`${home}/`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'email'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'groups'],
    conformIdTokenClaims: !idToken,
    pkce: { required: () => true },
    cookies: { keys: ['key-of-the-tests'] },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, ...people[sub] }),
    }),
  });
  return serve(port, provider.callback());
}

export interface Forged {
  claims?: Record<string, unknown>;
  alg?: 'RS256' | 'none' | 'HS256';
  /** Signed with a key that the issuer does not name. */
  foreignKey?: boolean;
  tokenStatus?: number;
}

/** An issuer that says whatever a test wants; it asks nobody and sends the browser straight back. */
export async function forgingIssuer(forged: Forged): Promise<RunningIssuer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const [own, foreign] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));
  if (own === undefined || foreign === undefined) throw new Error('no keys');
  const nonces = new Map<string, string>();
  return serve(port, async (request, response) => {
    const url = new URL(request.url ?? '', issuer);
    const json = (body: object, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (url.pathname === '/.well-known/openid-configuration') {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ['RS256', 'none', 'HS256'],
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
      });
    }
    if (url.pathname === '/jwks') {
      return json({
        keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }],
      });
    }
    if (url.pathname === '/auth') {
      const code = randomBytes(8).toString('hex');
      nonces.set(code, url.searchParams.get('nonce') ?? '');
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      return response.writeHead(302, { location: back.href }).end();
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    if (forged.tokenStatus !== undefined) return json({ error: 'server_error' }, forged.tokenStatus);
    const nonce = nonces.get(new URLSearchParams(body).get('code') ?? '');
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, sub: 'sub-anna-4711', aud: 'roomwarden', iat: now, exp: now + 300, nonce };
    const whole = { ...claims, name: 'Anna Beispiel', groups: ['it-service'], ...forged.claims };
    const key = (forged.foreignKey === true ? foreign : own).privateKey;
    return json({
      access_token: 'a',
      token_type: 'Bearer',
      id_token: jwt(whole, forged.alg ?? 'RS256', key),
    });
  });
}

function jwt(claims: object, alg: string, key: Parameters<typeof sign>[2]): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = `${part({ alg, kid: 'k' })}.${part(claims)}`;
  if (alg === 'none') return `${head}.`;
  return `${head}.${sign('sha256', Buffer.from(head), key).toString('base64url')}`;
}

/** A browser without scripts: cookies, redirects, forms. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();
  /** Every address that it was sent to. */
  readonly visited: string[] = [];

  cookie(origin: string): string {
    return [...(this.#jars.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async open(
    address: string,
    form?: Record<string, string>,
  ): Promise<{ status: number; text: string; url: string }> {
    let url = address;
    let body = form === undefined ? undefined : new URLSearchParams(form);
    for (let hops = 0; hops < 12; hops += 1) {
      this.visited.push(url);
      const { origin } = new URL(url);
      const response = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { cookie: this.cookie(origin) },
        ...(body === undefined ? {} : { body }),
      });
      this.#keep(origin, response.headers.getSetCookie());
      const location = response.headers.get('location');
      const text = await response.text();
      if (location === null) return { status: response.status, text, url };
      url = new URL(location, url).href;
      body = undefined;
    }
    throw new Error(`too many redirects: ${url}`);
  }

  #keep(origin: string, cookies: readonly string[]): void {
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
  }

  /** Begins at our page, signs in and consents at the issuer's, ends where it is sent. */
  async signIn(home: string, login: string): Promise<{ status: number; text: string; url: string }> {
    let page = await this.open(`${home}/api/v1/session/oidc?return_to=/docs/`);
    for (const form of [{ prompt: 'login', login, password: 'x' }, { prompt: 'consent' }]) {
      const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
      if (action === undefined) return page;
      page = await this.open(new URL(action, page.url).href, form);
    }
    return page;
  }
}
