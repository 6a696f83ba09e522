import type { ConfiguredReceiver } from '../config/push.ts';
import { DigestOutbox } from './digest.ts';
import { GelfTransport } from './gelf.ts';
import { HecTransport } from './hec.ts';
import { Outbox } from './outbox.ts';
import type { Sender } from './sending.ts';
import { SyslogTransport } from './syslog.ts';
import type { PushDeps } from './types.ts';
import { WebhookTransport } from './webhook.ts';

export function createSender(receiver: ConfiguredReceiver, deps: PushDeps): Sender {
  switch (receiver.kind) {
    case 'webhook':
      return new Outbox(receiver, new WebhookTransport(receiver, deps), receiver.batch.events, deps);
    case 'splunk-hec':
      return new Outbox(receiver, new HecTransport(receiver, deps), receiver.batch.events, deps);
    case 'gelf':
      return new Outbox(receiver, new GelfTransport(receiver, deps), receiver.batch.events, deps);
    case 'syslog':
      return new Outbox(receiver, new SyslogTransport(receiver, deps), receiver.batch.events, deps);
    case 'email':
      return new DigestOutbox(receiver, deps);
  }
}
