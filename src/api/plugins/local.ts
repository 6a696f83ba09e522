import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../../config/settings.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { HttpProblem } from './problems.ts';

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** From this machine, asked under its own name, and not handed on by a proxy that happens to run here. */
export function isOpenHere(request: FastifyRequest): boolean {
  const direct = forwarding.every((name) => request.headers[name] === undefined);
  return direct && isLocal(request.raw.socket.remoteAddress) && isLoopback(request.hostname);
}

function isLocal(address: string | undefined): boolean {
  return address !== undefined && isLoopback(plain(address));
}

/** Without TLS of our own only the named proxies and this machine are answered: everybody else would talk in clear text. */
export function registerPeers(
  app: Api,
  { config, tls, trustedProxies }: Pick<ApiDeps, 'config' | 'tls' | 'trustedProxies'>,
): void {
  const { host, trusted_proxies } = config.listen;
  if (tls !== undefined || isLoopback(host)) return;
  const known = new BlockList();
  for (const network of trustedProxies ?? trusted_proxies) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(bits), family);
  }
  app.addHook('onRequest', async (request) => {
    const address = plain(request.raw.socket.remoteAddress ?? '');
    const family = isIP(address);
    if (isLoopback(address) || (family !== 0 && known.check(address, family === 6 ? 'ipv6' : 'ipv4'))) return;
    throw new HttpProblem('forbidden', {
      de: 'Ohne TLS wird nur den Proxys unter trusted_proxies geantwortet.',
      en: 'Without TLS only the proxies under trusted_proxies are answered.',
    });
  });
}

/** IPv4 as sockets of both families name it. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
