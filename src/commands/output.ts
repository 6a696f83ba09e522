import { once } from 'node:events';
import { RoomwardenError } from '../errors.ts';

/** Writes to stdout with back-pressure; a reader that went away (`| head`) ends it quietly. */
export async function print(pieces: Iterable<string> | AsyncIterable<string>): Promise<void> {
  let closed = false;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    closed = true;
  };
  process.stdout.on('error', onError);
  for await (const piece of pieces) {
    if (closed) break;
    if (!process.stdout.write(piece))
      await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]);
  }
  if (!closed) await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  process.stdout.off('error', onError);
}

/** @throws {RoomwardenError} RW1015 before anything is asked */
export function readFormat<Format extends string>(format: string, known: readonly Format[]): Format {
  const found = known.find((name) => name === format);
  if (found === undefined) throw new RoomwardenError('RW1015', { format, known: known.join(', ') });
  return found;
}
