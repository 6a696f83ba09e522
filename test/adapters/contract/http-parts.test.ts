import { describe, expect, it } from 'vitest';
import { networkReason, statusReason, timeoutDetail } from '../../../adapters/contract/http-failure.ts';
import { realSleep, retryDelay, Slots, tokenBucket } from '../../../adapters/contract/http-limits.ts';
import { carriesCredentials, headerSecrets, redactor } from '../../../adapters/contract/http-redact.ts';

const never = new AbortController().signal;

describe('slots', () => {
  it('are given in order, again when given back, and not twice', async () => {
    const slots = new Slots(() => 1, never);
    const order: number[] = [];
    const first = await slots.acquire();
    const waiting = [1, 2].map((place) =>
      slots.acquire().then((release) => {
        order.push(place);
        return release;
      }),
    );
    await Promise.resolve();
    expect(order).toEqual([]);
    first();
    first();
    const second = await waiting[0];
    expect(order).toEqual([1]);
    second?.();
    await waiting[1];
    expect(order).toEqual([1, 2]);
  });

  it('all waits end with the scan', async () => {
    const stop = new AbortController();
    const slots = new Slots(() => 1, stop.signal);
    const release = await slots.acquire();
    const waiting = [slots.acquire(), slots.acquire()];
    stop.abort(new Error('stopped'));
    for (const wait of waiting) await expect(wait).rejects.toThrow('stopped');
    release();
    await expect(slots.acquire()).rejects.toThrow('stopped');
  });

  it('a limit that rises lets more in', async () => {
    let limit = 1;
    const slots = new Slots(() => limit, never);
    await slots.acquire();
    limit = 2;
    expect(await slots.acquire()).toBeTypeOf('function');
  });
});

describe('the rate', () => {
  it('lets one second of calls through, then spaces them', () => {
    let now = 0;
    const wait = tokenBucket(2, () => now);
    expect([wait(), wait(), wait(), wait()]).toEqual([0, 0, 500, 1000]);
    now = 10_000;
    expect([wait(), wait(), wait()]).toEqual([0, 0, 500]);
  });

  it('below one a second, too', () => {
    const wait = tokenBucket(0.5, () => 0);
    expect([wait(), wait()]).toEqual([0, 2000]);
  });
});

describe('the wait before a repeat', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  it.each([
    ['5', 0, 5_000],
    ['0', 0, 0],
    ['31', 0, 30_000],
    ['Sat, 21 Nov 2026 12:00:04 GMT', 0, 4_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0, 0],
    ['soon', 1, 2_000],
    ['-5', 0, 1_000],
    [undefined, 2, 4_000],
    ['9'.repeat(40), 0, 1_000],
  ])('%s', (header, attempt, expected) => expect(retryDelay(header, attempt, now)).toBe(expected));

  it('is cut short by the end of the scan', async () => {
    const stop = new AbortController();
    const sleeping = realSleep(60_000, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(sleeping).rejects.toThrow('stopped');
    await expect(realSleep(60_000, stop.signal)).rejects.toThrow('stopped');
    await realSleep(0, never);
  });
});

describe('reasons', () => {
  it.each([
    ['ECONNREFUSED', false, 'connection refused'],
    ['ECONNRESET', false, 'connection reset'],
    ['ECONNRESET', true, 'answer cut off'],
    ['ENOTFOUND', false, 'host name not found'],
    ['CERT_HAS_EXPIRED', false, 'TLS: certificate has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false, 'TLS: certificate is for another host'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', false, 'TLS: ERR_SSL_WRONG_VERSION_NUMBER'],
    ['HPE_INVALID_CONSTANT', false, 'not an HTTP answer'],
    ['Z_BUF_ERROR', true, 'answer cut off'],
    ['Z_DATA_ERROR', true, 'answer cannot be decompressed'],
    [undefined, false, 'connection failed'],
    [undefined, true, 'answer cut off'],
  ])('%s (%s): %s', (code, started, detail) => {
    expect(networkReason(code, started)).toEqual({ code: 'unreachable', detail });
  });

  it('of a status and of a time limit', () => {
    expect(statusReason(418)).toEqual({ code: 'unreachable', detail: 'HTTP 418' });
    expect([timeoutDetail(30_000), timeoutDetail(250)]).toEqual([
      'timeout after 30 s',
      'timeout after 250 ms',
    ]);
  });
});

describe('secrets', () => {
  it('are taken out in every spelling, the longest first', () => {
    const redact = redactor(['pass', 'pass/word "1"', '']);
    const base64 = Buffer.from('pass/word "1"').toString('base64');
    const text = `a pass/word "1" b pass%2Fword%20%221%22 c pass/word \\"1\\" d ${base64} e pass`;
    expect(redact(text)).toBe('a *** b *** c *** d *** e ***');
  });

  it('a lone surrogate in a secret does not stop a scan', () => {
    expect(redactor(['abc\ud800'])('x')).toBe('x');
  });

  it('are found in headers, with what a basic login packs', () => {
    const basic = `Basic ${Buffer.from('user:pa:ss').toString('base64')}`;
    expect(headerSecrets({ Authorization: basic })).toContain('pa:ss');
    expect(headerSecrets({ Accept: 'application/json', 'OCS-APIRequest': 'true' })).toEqual([]);
    expect(carriesCredentials({ Accept: '*/*' })).toBe(false);
    expect(carriesCredentials({ 'X-Auth-Token': 'x' })).toBe(true);
    expect(carriesCredentials(undefined)).toBe(false);
  });
});
