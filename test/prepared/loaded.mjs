// Tells on the signal which packages were loaded until then.
import { registerHooks } from 'node:module';

const packages = new Set();
registerHooks({
  load(url, context, next) {
    const name = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(url)?.[1];
    if (name !== undefined) packages.add(name);
    return next(url, context);
  },
});
process.on('SIGUSR2', () => {
  process.stdout.write(`loaded: ${[...packages].sort().join(' ')}\n`, () => process.exit(0));
});
