import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { secrets } from './helper.ts';
import { tlsFiles } from './receivers.ts';

export interface Mail {
  from: string;
  to: string[];
  secure: boolean;
  user: string | null;
  head: string;
  body: string;
}

export type MailTrouble = { status: number } | 'hang' | 'close';

export interface MailServer {
  port: number;
  mails: Mail[];
  connections: number;
  plan: MailTrouble[];
  refused: Set<string>;
  close(): Promise<void>;
}

/** STARTTLS (offered or, as `bare`, not), TLS from the start, or neither; whoever sends has to sign in. */
export async function mailServer(kind: 'starttls' | 'tls' | 'bare'): Promise<MailServer> {
  const made: MailServer = {
    port: 0,
    mails: [],
    connections: 0,
    plan: [],
    refused: new Set(),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = new SMTPServer({
    secure: kind === 'tls',
    hideSTARTTLS: kind === 'bare',
    disabledCommands: kind === 'bare' ? ['STARTTLS', 'AUTH'] : [],
    authOptional: kind === 'bare',
    cert: readFileSync(tlsFiles.cert),
    key: readFileSync(tlsFiles.key),
    closeTimeout: 100,
    logger: false,
    onConnect(_session, done) {
      made.connections += 1;
      done();
    },
    onAuth({ username, password }, _session, done) {
      if (username === 'audit' && password === secrets['PASSWORD']) done(null, { user: username });
      else done(Object.assign(new Error(`wrong password ${password}`), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, done) {
      if (made.refused.has(address))
        done(Object.assign(new Error(`no such ${address}`), { responseCode: 550 }));
      else done();
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const trouble = made.plan.shift();
        if (trouble === 'hang') return;
        if (trouble === 'close') {
          void made.close();
          return;
        }
        if (trouble !== undefined) {
          done(Object.assign(new Error('not now, sEcReT-eCho'), { responseCode: trouble.status }));
          return;
        }
        const [head = '', ...rest] = Buffer.concat(parts).toString('utf8').split('\r\n\r\n');
        const { mailFrom, rcptTo } = session.envelope;
        made.mails.push({
          from: mailFrom === false || mailFrom === undefined ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
          head,
          body: decoded(head, rest.join('\r\n\r\n')),
        });
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  made.port = (server.server.address() as AddressInfo).port;
  return made;
}

function decoded(head: string, body: string): string {
  if (/^content-transfer-encoding: base64/im.test(head)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/^content-transfer-encoding: quoted-printable/im.test(head)) return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
