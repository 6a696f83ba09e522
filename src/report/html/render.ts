import { createHash } from 'node:crypto';
import { Format } from '../format.ts';
import { shortHash } from '../hash.ts';
import { kindTitle } from '../kinds.ts';
import type { Block, Cell, Column, Document, Exhibit, Row, Station, Table } from '../types.ts';
import { say } from '../words.ts';
import { escapeHtml as e } from './escape.ts';
import { bar, glyph, hatch, weight } from './glyphs.ts';
import { styleOf } from './style.ts';

export interface RenderOptions {
  timezone: string;
  /** Of the product. */
  version: string;
}

/** One file for browser and printer: no script, nothing from elsewhere, a policy of its own that allows only its style. */
export function renderHtml(document: Document, options: RenderOptions): string {
  return new Html(document, options).write();
}

/** What the answer's header allows besides nothing. */
export function policyOf(html: string): string {
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'`;
}

class Html {
  readonly #document: Document;
  readonly #options: RenderOptions;
  readonly #format: Format;

  constructor(document: Document, options: RenderOptions) {
    this.#document = document;
    this.#options = options;
    this.#format = new Format(document.language, options.timezone);
  }

  write(): string {
    const { language, title, scope, state, kind, audience } = this.#document;
    const when = state.as_of === null ? say(language, 'never') : this.#format.time(state.as_of);
    const rules = say(language, 'ruleset', { hash: shortHash(state.ruleset.hash).slice(0, 9) });
    const hash = shortHash(state.hash);
    const unseen = say(language, 'unseen_foot', { n: this.#format.number(state.unseen) });
    const foot = [
      `${kindTitle(kind)[language]} · ${cutTo(scope, 56)} · ${say(language, 'as_of')} ${when}`,
      `${rules} · ${say(language, 'state', { hash })} · ${unseen} · Roomwarden ${this.#options.version}`,
    ];
    const style = styleOf({ foot, page: say(language, 'page'), of: say(language, 'of') });
    const policy = policyOf(`<style>${style}</style>`);
    const internal =
      audience === 'organisation' ? `<p class="internal">${e(say(language, 'internal'))}</p>` : '';
    return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${e(policy)}">
<meta name="viewport" content="width=device-width">
<meta name="generator" content="Roomwarden ${e(this.#options.version)}">
<title>${e(title)}, ${e(scope)}, ${e(when)}</title>
<style>${style}</style>
</head>
<body>
${hatch}
<header>
<div>
<p class="kicker">${e(kindTitle(kind)[language])}</p>
<h1>${e(title)}</h1>
<p class="scope">${e(scope)}</p>
</div>
<div class="standing">
<p>${e(say(language, 'as_of'))} <strong>${e(when)}</strong></p>
<p>${e(rules)}</p>
<p title="${e(state.hash)}">${e(say(language, 'state', { hash: '' })).trim()} <code>${e(hash)}</code></p>
</div>
</header>
<main>
${internal}${this.#blocks(this.#document.blocks)}
</main>
<footer><p>${e(say(language, 'product'))}</p><p>${e(foot.join(' · '))}</p></footer>
</body>
</html>
`;
  }

  #blocks(blocks: readonly Block[]): string {
    return blocks.map((block) => this.#block(block)).join('\n');
  }

  #block(block: Block): string {
    switch (block.type) {
      case 'statements':
        return `<ul class="statements">${block.items
          .map(
            ({ mark, strong, rest }) =>
              `<li>${glyph(mark)}<span><strong>${e(strong)}</strong> ${e(rest)}</span></li>`,
          )
          .join('\n')}</ul>`;
      case 'section':
        return `<h2>${e(block.title)}</h2>${(block.text ?? []).map((text) => `<p>${e(text)}</p>`).join('')}`;
      case 'text':
        return `<p${block.quiet === true ? ' class="quiet"' : ''}>${e(block.text)}</p>`;
      case 'facts':
        return `<dl>${block.items
          .map(({ term, text }) => `<dt>${e(term)}</dt><dd>${this.#cell(text)}</dd>`)
          .join('\n')}</dl>`;
      case 'steps':
        return this.#steps(block);
      case 'pair':
        return `<div class="pair"><section>${this.#blocks(block.left)}</section><section>${this.#blocks(block.right)}</section></div>`;
      case 'signature':
        return `<div class="signature">${block.lines.map((line) => `<p>${e(line)}</p>`).join('')}</div>`;
      case 'exhibits':
        return block.items.map((item) => this.#exhibit(item, block.columns)).join('\n') + notes(block.notes);
      case 'table':
        return this.#table(block);
    }
  }

  #steps({ title, items, empty }: Extract<Block, { type: 'steps' }>): string {
    const list = items.map(({ strong, rest }) => `<li><strong>${e(strong)}</strong> ${e(rest)}</li>`);
    const body = list.length === 0 ? `<p>${e(empty)}</p>` : `<ol class="steps">${list.join('\n')}</ol>`;
    return `<h2>${e(title)}</h2>${body}`;
  }

  #table({ id, title, columns, rows, total, empty, notes: said }: Table): string {
    if (rows.length === 0) {
      return `<h2>${e(title)}</h2><p>${e(empty ?? say(this.#document.language, 'none'))}</p>${notes(said)}`;
    }
    const foot =
      total === undefined
        ? ''
        : `<tfoot>${this.#row(columns, total, (column) => (column.id === 'shares' ? this.#key() : null))}</tfoot>`;
    return `<div class="scroll"><table id="t-${e(id)}"><caption>${e(title)}</caption>${head(columns)}<tbody>${rows
      .map((row) => this.#row(columns, row))
      .join('\n')}</tbody>${foot}</table></div>${notes(said)}`;
  }

  #key(): string {
    const { language } = this.#document;
    const box = (name: string): string =>
      `<svg viewBox="0 0 8 8" aria-hidden="true"><rect class="${name}" x=".5" y=".5" width="7" height="7"/></svg>`;
    return `<span class="key">${box('ink')}${e(say(language, 'col_violation'))}${box('hatched')}${e(say(language, 'col_unseen'))}</span>`;
  }

  #row(
    columns: readonly Column[],
    row: Row,
    instead: (column: Column) => string | null = () => null,
  ): string {
    const cells = columns.map((column) => {
      const classes = [column.align === 'end' ? 'end' : '', column.strong === true ? 'strong' : ''].filter(
        (name) => name !== '',
      );
      const named = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`;
      const content = instead(column) ?? this.#cell(row[column.id] ?? null);
      return column.head === true ? `<th scope="row"${named}>${content}</th>` : `<td${named}>${content}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  }

  #cell(cell: Cell): string {
    if (cell === null) return '';
    if (typeof cell === 'string') return e(cell);
    if (typeof cell === 'number') return this.#format.number(cell);
    if (Array.isArray(cell)) return cell.map((part) => this.#cell(part)).join(' ');
    if ('mark' in cell) return `${glyph(cell.mark)} ${e(cell.text)}`;
    if ('severity' in cell) return `${weight(cell.severity)} ${e(cell.text)}`;
    if ('name' in cell) return `<bdi>${e(cell.name)}</bdi>`;
    if ('code' in cell) return `<code>${e(cell.code)}</code>`;
    if ('low' in cell) return this.#format.spread(cell);
    if ('share' in cell) return this.#format.share(cell.share);
    if ('unseen' in cell) return bar(cell);
    return '';
  }

  #exhibit(item: Exhibit, columns: readonly Column[]): string {
    const { language } = this.#document;
    const facts =
      item.facts.length === 0
        ? ''
        : `<table>${head(columns)}<tbody>${item.facts.map((row) => this.#row(columns, row)).join('\n')}</tbody></table>`;
    const chain =
      item.chain.length === 0
        ? ''
        : `<ol class="chain" aria-label="${e(say(language, 'chain'))}">${item.chain.map((each) => this.#station(each)).join('')}</ol>`;
    const fix =
      item.remediation === null
        ? ''
        : `<p class="fix"><strong>${e(say(language, 'fix'))}:</strong> ${e(item.remediation)}</p>`;
    return `<section class="exhibit"><h3>${glyph(item.mark)} ${e(item.verdict)}: ${e(item.title)}</h3>
<p class="about">${weight(item.severity.severity)} ${e(item.severity.text)} · ${this.#cell(item.subject)} · <code>${e(item.uid)}</code></p>
<p>${e(item.message)}</p>${chain}${facts}${fix}${notes(item.notes)}</section>`;
  }

  #station({ layer, path, value, decides }: Station): string {
    const { language } = this.#document;
    const word = say(language, decides ? 'decides' : 'overruled');
    const shown = decides ? `<strong>${e(value)}</strong>` : `<span class="struck">${e(value)}</span>`;
    return `<li class="station${decides ? ' decides' : ''}"><span class="layer">${e(layer)}, ${e(word)}</span><br><code>${e(path)}</code><br>${shown}</li>`;
  }
}

function head(columns: readonly Column[]): string {
  const cells = columns.map(
    ({ title, align }) => `<th scope="col"${align === 'end' ? ' class="end"' : ''}>${e(title)}</th>`,
  );
  return `<thead><tr>${cells.join('')}</tr></thead>`;
}

function notes(said: readonly string[] | undefined): string {
  if (said === undefined || said.length === 0) return '';
  return `<div class="notes">${said.map((text) => `<p>${e(text)}</p>`).join('')}</div>`;
}

const cutTo = (text: string, most: number): string =>
  [...text].length <= most ? text : `${[...text].slice(0, most - 1).join('')}…`;
