import type { Client, ClientConfig } from 'pg';

export interface Question {
  /** @returns the values of the only row. One at a time. */
  ask(): Promise<unknown[]>;
  close(): Promise<void>;
}

/**
 * One statement, prepared once on a connection of its own: over the pool it takes twice the processor time on both sides,
 * and waits while scans have all connections. Where that connection breaks or falls silent, it is asked again on another.
 * @param patience milliseconds
 */
export function question(config: ClientConfig, text: string, patience = 10_000): Question {
  let open: Client | null = null;
  let closed = false;
  const drop = (client: Client): Promise<void> => {
    if (open === client) open = null;
    return client.end().catch(() => {});
  };
  const connect = async (): Promise<Client> => {
    const { Client } = await import('pg');
    const times = { connectionTimeoutMillis: patience, query_timeout: patience, keepAlive: true };
    const client = new Client({ ...config, ...times });
    // One that breaks between two questions must not end the process.
    client.on('error', () => void drop(client));
    await client.connect();
    if (closed) await drop(client);
    else open = client;
    return client;
  };
  const askOf = async (client: Client): Promise<unknown[]> => {
    try {
      const { rows } = await client.query({ name: 'question', text, rowMode: 'array' });
      return rows[0] as unknown[];
    } catch (error) {
      void drop(client);
      throw error;
    }
  };
  return {
    async ask() {
      if (closed) throw new Error('the store is closed');
      if (open === null) return askOf(await connect());
      return askOf(open).catch(async (error) => {
        if (closed) throw error;
        return askOf(await connect());
      });
    },
    async close() {
      closed = true;
      if (open !== null) await drop(open);
    },
  };
}
