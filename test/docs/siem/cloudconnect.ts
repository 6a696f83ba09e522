import { jsonPath } from './files.ts';
import type { Wire } from './site.ts';

interface Step {
  method: string;
  input: string[];
  output?: string;
}
export interface CloudConnect {
  meta: { apiVersion: string };
  tokens: string[];
  requests: {
    request: { url: string; method: string; headers: Record<string, string> };
    pre_process: { skip_conditions: Step[]; pipeline: Step[] };
    post_process: { skip_conditions: Step[]; pipeline: Step[] };
    iteration_mode: { iteration_count: string; stop_conditions: Step[] };
    checkpoint: { namespace: string[]; content: Record<string, string> };
  }[];
}

type Context = Record<string, unknown>;

/** What Splunk keeps of an input besides its events. */
export class Checkpoints {
  readonly kept = new Map<string, Context>();
  /** Events as they are indexed. */
  readonly events: { index: string; sourcetype: string; data: Record<string, unknown> }[] = [];
  /** The forwarder dies after so many events, before it notes where it stood. */
  crashAfter: number | null = null;
}

/** The engine behind REST inputs of the Add-on Builder, with this definition; one run of one interval. */
export async function runInput(
  { requests: [definition] }: CloudConnect,
  values: Context,
  wire: Wire,
  splunk: Checkpoints,
): Promise<number> {
  if (definition === undefined) throw new Error('no request');
  const { request, post_process: post, iteration_mode: mode, checkpoint } = definition;
  const context: Context = { ...values };
  const namespace = checkpoint.namespace.map((text) => rendered(text, context)).join('/');
  Object.assign(context, splunk.kept.get(namespace));
  const most = Math.min(100, Number(mode.iteration_count));
  for (let done = 1; ; done += 1) {
    const headers = Object.entries(request.headers).map(([name, text]) => [
      name.toLowerCase(),
      rendered(text, context),
    ]);
    const url = String(rendered(request.url, context));
    const answer = await wire({ method: request.method, url, headers: Object.fromEntries(headers) });
    // Anything but success ends the run; the checkpoint stays.
    if (answer.status >= 400) return answer.status;
    context['__response__'] = { body: answer.body };
    if (!post.skip_conditions.some((step) => run(step, context, splunk) === true)) {
      for (const step of post.pipeline) {
        const result = run(step, context, splunk);
        if (step.output !== undefined) context[step.output] = result;
      }
    }
    const content = Object.entries(checkpoint.content).map(([key, text]) => [key, rendered(text, context)]);
    splunk.kept.set(namespace, Object.fromEntries(content));
    if (done >= most || mode.stop_conditions.some((step) => run(step, context, splunk) === true)) return 200;
  }
}

function run({ method, input }: Step, context: Context, splunk: Checkpoints): unknown {
  const args = input.map((text) => rendered(text, context));
  switch (method) {
    case 'json_path':
      return found(args[0] as string, args[1] as string);
    case 'json_empty':
      return Object.keys(Object(found(args[0] as string, args[1] as string))).length === 0;
    case 'is_true':
      return String(args[0]).trim().toLowerCase() === 'true';
    case 'splunk_xml': {
      const [events, , index, , , sourcetype] = args;
      return [events].flat().map((data) => ({ index, sourcetype, data }));
    }
    case 'std_output':
      for (const event of args[0] as Checkpoints['events']) {
        if (splunk.crashAfter === 0) {
          splunk.crashAfter = null;
          throw new Error('crash');
        }
        if (splunk.crashAfter !== null) splunk.crashAfter -= 1;
        splunk.events.push(event);
      }
      return true;
    default:
      throw new Error(`no such method: ${method}`);
  }
}

/** One result is given without its list, and nothing or a false value as an empty text. */
function found(source: string, path: string): unknown {
  const results = jsonPath(path, JSON.parse(source));
  return results.length === 1 ? results[0] || '' : results.length === 0 ? '' : results;
}

/** Jinja, as far as the file goes. A text of nothing but one name gives the value itself. */
export function rendered(template: string, context: Context): unknown {
  const single = /^\{\{\s*(\w+)\s*\}\}$/.exec(template)?.[1];
  if (single !== undefined) return context[single] || '';
  const chosen = template.replace(
    /\{% if (\w+) %\}(.*?)\{% else %\}(.*?)\{% endif %\}/g,
    (_, name: string, yes: string, no: string) => (context[name] ? yes : no),
  );
  if (chosen.includes('{%')) throw new Error(`not read here: ${template}`);
  return chosen.replace(/\{\{\s*(not )?([\w.]+)\s*\}\}/g, (_, not: string | undefined, path: string) => {
    const value = path.split('.').reduce<unknown>((inner, key) => (inner as Context)?.[key], context);
    return not === undefined ? String(value ?? '') : value ? 'False' : 'True';
  });
}
