import { parseDuration } from '../config/duration.ts';
import type { ReceiverOf } from '../config/push.ts';
import { DeliveryError, errorCode, networkError } from './failure.ts';
import { readSecretFor, tlsMaterial } from './tls.ts';
import type { PushDeps } from './types.ts';

export interface Letter {
  /** The same for the same content: a second copy after a broken acknowledgement can be told. */
  id: string;
  date: number;
  subject: string;
  text: string;
}

/**
 * Hands one message to the mail server.
 * @returns how many recipients the server did not take
 * @throws {DeliveryError} where it took none
 */
export async function sendMail(
  receiver: ReceiverOf<'email'>,
  { secret }: Pick<PushDeps, 'secret'>,
  letter: Letter,
  signal: AbortSignal,
): Promise<number> {
  const { host, port, security, user, password, sender, recipients } = receiver;
  const { createTransport } = await import('nodemailer');
  const timeout = parseDuration(receiver.timeout) * 1000;
  const pass = password === undefined ? undefined : await readSecretFor(password, secret);
  const tls = security === 'none' ? {} : await tlsMaterial(receiver, secret);
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls,
    ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DeliveryError({ code: 'timeout' })), 4 * timeout);
  try {
    const sent = transport.sendMail({
      from: sender,
      to: recipients,
      subject: letter.subject,
      text: letter.text,
      date: new Date(letter.date),
      messageId: `<${letter.id}@${sender.split('@')[1]}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    const { rejected } = await Promise.race([sent, aborted(AbortSignal.any([signal, limit.signal]))]);
    return rejected.length;
  } catch (error) {
    signal.throwIfAborted();
    throw mailError(error);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Nothing of the server's words is kept: a digest that is refused is tried again, there is no other one behind it. */
function mailError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const code = errorCode(error);
  const status = statusOf(error);
  const told = status === undefined ? {} : { status };
  if (code === 'EAUTH' || code === 'ENOAUTH') return new DeliveryError({ code: 'not_permitted', ...told });
  if (code === 'ETLS') return new DeliveryError({ code: 'tls', detail: code });
  if (status !== undefined && status >= 500) return new DeliveryError({ code: 'misconfigured', ...told });
  if (status !== undefined) return new DeliveryError({ code: 'receiver_error', ...told });
  // The library puts its own code over that of the network, which says more.
  const below = error instanceof Error && 'originalCode' in error ? error.originalCode : code;
  return networkError(Object.assign(new Error('mail'), { code: below }), code === 'ESTREAM');
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('responseCode' in error)) return undefined;
  return typeof error.responseCode === 'number' && error.responseCode >= 400 ? error.responseCode : undefined;
}
