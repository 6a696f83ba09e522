import { isIP } from 'node:net';
import { z } from 'zod';
import type { Bilingual } from '../texts/fill.ts';
import { isDuration, parseDuration } from './duration.ts';

export const text = z.string().min(1);

interface Rule {
  check(value: string): boolean;
  parameters: { message: string; params: { de: string; en: string } };
}

/** A check with a message in both languages. */
export function must(check: (value: string) => boolean, message: Bilingual): Rule {
  return { check, parameters: { message: message.en, params: { ...message } } };
}

export function checked(...rules: readonly Rule[]): z.ZodString {
  return rules.reduce((schema, rule) => schema.refine(rule.check, rule.parameters), z.string());
}

export const durationWords: Bilingual = {
  de: 'Hier steht eine Dauer: ganze Zahl und Einheit, 90s, 30m, 24h oder 7d.',
  en: 'A duration stands here: a whole number and a unit, 90s, 30m, 24h or 7d.',
};
export const positiveWords: Bilingual = {
  de: 'Die Dauer muss größer als null sein.',
  en: 'The duration must be more than zero.',
};

export const Duration = z
  .string()
  .refine((value) => isDuration(value) && parseDuration(value) > 0)
  .meta({ pattern: '^[0-9]{1,9}[smhd]$' });

export const networkRule = must(isNetwork, {
  de: 'Hier steht eine IP-Adresse oder ein Netz wie 10.0.0.0/8.',
  en: 'An IP address or a network such as 10.0.0.0/8 stands here.',
});
/** A network of everybody would let any caller name its own address and its own host. */
export const boundedNetworkRule = must((value) => !isNetwork(value) || !/\/0+$/.test(value), {
  de: 'Ein Netz aus allen Adressen wäre kein Vertrauen in Proxys, sondern in jeden; die Adressen der Proxys nennen.',
  en: 'A network of all addresses would trust not proxies but everybody; name the addresses of the proxies.',
});

function isNetwork(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
