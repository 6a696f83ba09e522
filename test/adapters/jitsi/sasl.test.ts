import { describe, expect, it } from 'vitest';
import { mechanismFor } from '../../../adapters/jitsi/sasl.ts';

const user = { user: 'user', password: 'pencil' };

describe('signing in with an account', () => {
  it('SCRAM-SHA-1 as in the example of RFC 5802', () => {
    const scram = mechanismFor(['PLAIN', 'SCRAM-SHA-1'], user, false, 'fyko+d2lbbFgONRv9qkxdawL');
    expect(scram?.first).toBe('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL');
    const challenge = 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096';
    expect(scram?.respond(challenge)).toBe(
      'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    );
    expect(scram?.accepted('v=rmF9pqV8S7suAoZWja4dJRkFsKQ=')).toBe(true);
    expect(scram?.accepted('v=AAAApqV8S7suAoZWja4dJRkFsKQ=')).toBe(false);
    expect(scram?.accepted('')).toBe(false);
  });

  it('SCRAM-SHA-256 as in the example of RFC 7677', () => {
    const scram = mechanismFor(['SCRAM-SHA-256', 'SCRAM-SHA-1'], user, false, 'rOprNGfwEbeRWgbNEkqO');
    const challenge =
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
    expect(scram?.respond(challenge)).toContain('p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=');
    expect(scram?.accepted('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')).toBe(true);
  });

  it.each([
    'r=other,s=QSXCR+Q6sek8bf92,i=4096',
    'r=nonce,s=QSXCR+Q6sek8bf92,i=4096',
    'r=nonce1,s=QSXCR+Q6sek8bf92,i=999999999',
    'r=nonce1,s=QSXCR+Q6sek8bf92,i=0',
    'r=nonce1,i=4096',
    'e=other-error',
    '',
  ])('a challenge that is not ours is not answered: %s', (challenge) => {
    expect(mechanismFor(['SCRAM-SHA-1'], user, true, 'nonce')?.respond(challenge)).toBeNull();
  });

  it('the password itself is shown over encrypted connections only', () => {
    expect(mechanismFor(['PLAIN'], user, true)?.first).toBe('\u0000user\u0000pencil');
    expect(mechanismFor(['PLAIN'], user, false)).toBeNull();
    expect(mechanismFor(['OAUTHBEARER', 'ANONYMOUS'], user, true)).toBeNull();
  });
});
