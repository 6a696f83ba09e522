import type { Api, ApiDeps } from '../deps.ts';
import { HttpProblem } from './problems.ts';

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/** An instance whose configuration is not that of the others answers, but changes nothing. */
export function registerStanding(app: Api, { instance }: ApiDeps): void {
  if (instance === undefined) return;
  app.addHook('onRequest', async (request) => {
    if (harmless.has(request.method) || instance.accepted()) return;
    if (request.url.startsWith('/api/v1/session')) return;
    throw new HttpProblem('unavailable', otherConfiguration, {}, { 'retry-after': '30' });
  });
}

const otherConfiguration = {
  de: 'Diese Instanz hat eine andere Konfiguration als die, mit der gearbeitet wird; sie ändert nichts.',
  en: 'This instance has another configuration than the one that is worked by; it changes nothing.',
};
