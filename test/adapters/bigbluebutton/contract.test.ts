import { allowedApiCalls } from '../../../adapters/bigbluebutton/calls.ts';
import { allowedGreenlightCalls } from '../../../adapters/bigbluebutton/greenlight.ts';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import {
  attendeePassword,
  moderatorPassword,
  startBigBlueButton,
} from '../../../adapters/bigbluebutton/simulator.ts';
import { describeAdapter } from '../../contract/adapter.ts';
import { mixedWorld, secret, settingsOf, strictWorld } from './world.ts';

for (const [name, world, more] of [
  ['bigbluebutton', mixedWorld, {}],
  ['bigbluebutton behind Scalelite with a strict Greenlight', strictWorld, {}],
  ['bigbluebutton with probes', mixedWorld, { probes: ['checksum'] }],
] as const) {
  describeAdapter({
    name,
    adapter: bigbluebutton,
    readOnly: [...allowedApiCalls, ...allowedGreenlightCalls],
    async start() {
      const running = await startBigBlueButton(world());
      return {
        simulator: running.simulator,
        settings: { ...settingsOf(running), ...more },
        secretValues: { BBB_SECRET: secret },
        secrets: [secret, attendeePassword, moderatorPassword, 'hook-token-value'],
        persons: ['Henrike Sommerfeld', 'Ottokar Winterstein', '+49 30 5550 1777'],
        messages: [],
        close: () => running.close(),
      };
    },
    mutate: {
      perAnswer: 1000,
      exempt(path, mutation) {
        if (!/\/(getMeetings|getRecordings)$/.test(path) || mutation.kind !== 'spoil') return null;
        return /(meetingName|>name|>meetingID|>recordID)>#text$/.test(mutation.path)
          ? 'free text: another name or id is one'
          : null;
      },
    },
  });
}
