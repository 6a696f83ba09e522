import { z } from 'zod';
import { SecretRef } from '../../adapters/contract/target.ts';
import { Duration } from './checks.ts';

const text = z.string().min(1);
/** Goes into a header or an envelope as it is. */
const word = z.string().regex(/^[!-~]{1,255}$/, 'printable ASCII characters without blanks, at most 255');

/** The floors below the ledger do not know its words; a test compares. */
export const pushSeverities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export const pushEvents = [
  'baseline',
  'opened',
  'unknown',
  'changed',
  'resolved',
  'reopened',
  'waived',
  'waiver_expired',
  'closed',
] as const;

const common = {
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'lower-case letters, digits, dot, dash, underscore'),
  from: z
    .enum(['now', 'beginning'])
    .default('now')
    .describe('Where a new receiver begins in the feed; afterwards it goes on where it stood.'),
  targets: z.array(text).min(1).optional().describe('Only events of these targets.'),
  severity: z
    .enum(pushSeverities)
    .optional()
    .describe('Findings that were never as severe as this are left out.'),
  events: z.array(z.enum(pushEvents)).min(1).optional().describe('Only these kinds of events.'),
  heartbeats: z.boolean().default(false).describe('Also one event for every finished scan.'),
  attempts: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('An event that is refused so often is set aside, and the feed goes on.'),
  timeout: Duration.default('30s').describe('For connecting, and for one whole answer.'),
  insecure: z.boolean().default(false).describe('Allows clear text to another machine.'),
  tls: z
    .strictObject({ ca: text.optional(), cert: text.optional(), key: SecretRef.optional() })
    .optional()
    .describe('PEM: own authority; certificate and key with which the receiver knows this client.'),
};

const batch = (events: number) =>
  z
    .strictObject({
      events: z.number().int().min(1).max(1000).default(events),
      bytes: z.number().int().min(1_000).max(16_000_000).default(1_000_000),
    })
    .prefault({})
    .describe('At most so much in one delivery; an event that is larger alone goes alone.');

const jsonFormat = z.enum(['native', 'flat', 'ocsf', 'ecs']);

export const Webhook = z.strictObject({
  ...common,
  kind: z.literal('webhook'),
  url: z.url(),
  /** Key of the signature. */
  secret: SecretRef,
  token: SecretRef.optional().describe('Sent as Authorization: Bearer.'),
  format: jsonFormat.default('native'),
  batch: batch(100),
});

export const SplunkHec = z.strictObject({
  ...common,
  kind: z.literal('splunk-hec'),
  url: z.url().describe('Without /services/collector.'),
  token: SecretRef,
  format: jsonFormat.default('flat'),
  index: word.optional(),
  source: word.default('roomwarden'),
  sourcetype: word.optional().describe('Left out: roomwarden:FORMAT.'),
  acknowledge: z.boolean().default(false).describe('The token has indexer acknowledgement switched on.'),
  batch: batch(100),
});

export const Gelf = z.strictObject({
  ...common,
  kind: z.literal('gelf'),
  url: z.url().describe('Whole address, mostly ending in /gelf.'),
  token: SecretRef.optional().describe('Sent as Authorization: Bearer.'),
  bulk: z
    .boolean()
    .default(false)
    .describe('The input has bulk receiving switched on; without that it would keep the first event only.'),
  batch: batch(100),
});

export const Syslog = z.strictObject({
  ...common,
  kind: z.literal('syslog'),
  host: word,
  port: z.number().int().min(1).max(65_535).default(6514),
  protocol: z.enum(['tls', 'tcp']).default('tls'),
  format: z.enum(['syslog', 'cef', 'flat', 'native', 'ocsf', 'ecs']).default('syslog'),
  message_bytes: z
    .number()
    .int()
    .min(480)
    .max(1_000_000)
    .default(8_192)
    .describe('Longer messages are set aside: receivers cut them off without a word.'),
  confirm: z
    .enum(['close', 'flush'])
    .default('close')
    .describe(
      'close: taken when the receiver closes in answer to our closing; flush: when it is on its way.',
    ),
  batch: batch(500),
});

export const Email = z.strictObject({
  ...common,
  kind: z.literal('email'),
  host: word,
  port: z.number().int().min(1).max(65_535).default(587),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  user: text.optional(),
  password: SecretRef.optional(),
  sender: z.email(),
  recipients: z.array(z.email()).min(1).max(50),
  schedule: text.default('0 7 * * *').describe('Cron line of five fields in the time zone of the service.'),
  language: z.enum(['de', 'en']).optional(),
  worst: z
    .number()
    .int()
    .min(0)
    .max(200)
    .default(20)
    .describe('So many changes are listed, the worst first.'),
});

export const receiverKinds = {
  webhook: Webhook,
  'splunk-hec': SplunkHec,
  gelf: Gelf,
  syslog: Syslog,
  email: Email,
} as const;
export type ReceiverKind = keyof typeof receiverKinds;
export const AnyReceiver = z.discriminatedUnion('kind', [Webhook, SplunkHec, Gelf, Syslog, Email]);

/** Validated; paths absolute. */
export type ConfiguredReceiver = z.output<typeof AnyReceiver>;
export type ReceiverOf<Kind extends ReceiverKind> = Extract<ConfiguredReceiver, { kind: Kind }>;
