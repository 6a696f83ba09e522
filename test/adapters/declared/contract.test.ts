import { startSimulatorServer } from '../../../adapters/contract/simulator.ts';
import { declared } from '../../../adapters/declared/index.ts';
import { describeAdapter } from '../../contract/adapter.ts';

describeAdapter({
  name: 'declared',
  adapter: declared,
  readOnly: [],
  async start() {
    // Nothing may be called: the server is there to see that.
    const simulator = await startSimulatorServer(() => ({ status: 200, body: '' }));
    return {
      simulator,
      settings: { product: 'Zoom', privacy_notice: 'https://www.example.org/datenschutz' },
      secrets: [],
      persons: [],
      messages: [],
      close: () => simulator.close(),
    };
  },
});
