import { readFileSync } from 'node:fs';
import fastify from 'fastify';

/** Nothing but Fastify: two routes that give the bytes of the files named by the arguments, head lines included. */
interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Base64. */
  body: string;
}

const app = fastify();
for (const [index, file] of process.argv.slice(2).entries()) {
  const { status, headers, body } = JSON.parse(readFileSync(file, 'utf8')) as Answer;
  const bytes = Buffer.from(body, 'base64');
  app.get(`/${index}`, (_request, reply) => reply.status(status).headers(headers).send(bytes));
}
process.stdout.write(`listening: ${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
process.once('SIGTERM', () => process.exit(0));
