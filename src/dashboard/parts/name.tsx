import { number } from '../format.ts';
import { cut, isLong, partsOf } from '../names.ts';
import { t } from '../texts/index.ts';

/** A name that others chose: text only, without any power over the page. */
export function Name({ name, most = 42 }: { name: string; most?: number }) {
  const { text, size } = cut(name, most);
  return (
    <span class="name">
      <bdi>
        {partsOf(text).map((part, at) =>
          'text' in part ? (
            part.text
          ) : (
            <code key={at} class="mark">
              {part.mark}
            </code>
          ),
        )}
      </bdi>
      {isLong(size) && <small> {t('name.length', { n: number(size) })}</small>}
    </span>
  );
}
