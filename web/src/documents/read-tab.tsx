import { type DocumentDetail, fill, routes } from '@megdocs/contract';
import { lazy, Suspense } from 'react';
import { useWidth } from '../ui/layout.ts';
import styles from './document.module.css';
import { Facts } from './facts.tsx';
import { Reader } from './reader.tsx';
import { aboutTheText, aboutTheTextShortly } from './words.ts';

const FactsDrawer = lazy(async () => ({ default: (await import('./facts-drawer.tsx')).FactsDrawer }));

/** The newest version that this person may see, with the facts beside it or, where there is no room, in a drawer. */
export function ReadTab({ document }: { document: DocumentDetail }) {
  const width = useWidth();
  return (
    <>
      <Reader
        contentUrl={fill(routes.documentVersionContent, { id: document.id, version: document.version })}
        fileName={document.fileName}
        size={document.size}
        title={`${document.number} ${document.title}`}
        about={width === 'phone' ? aboutTheTextShortly(document) : aboutTheText(document)}
        reflow={width === 'phone'}
      >
        {width === 'wide' ? null : (
          <Suspense fallback={null}>
            <FactsDrawer document={document} short={width === 'phone'} />
          </Suspense>
        )}
      </Reader>
      {width === 'wide' ? (
        <aside aria-label="About this document" className={styles.facts}>
          <Facts document={document} />
        </aside>
      ) : null}
    </>
  );
}
