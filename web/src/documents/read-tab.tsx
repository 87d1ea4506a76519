import { Button, Drawer, DrawerBody, DrawerHeader, DrawerHeaderTitle, Tooltip } from '@fluentui/react-components';
import { Dismiss20Regular, Info16Regular, Info20Regular } from '@fluentui/react-icons';
import { type DocumentDetail, fill, routes } from '@megdocs/contract';
import { useState } from 'react';
import { useWidth } from '../ui/layout.ts';
import styles from './document.module.css';
import { Facts } from './facts.tsx';
import { Reader } from './reader.tsx';
import { aboutTheText, aboutTheTextShortly } from './words.ts';

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
        {width === 'wide' ? null : <FactsDrawer document={document} short={width === 'phone'} />}
      </Reader>
      {width === 'wide' ? (
        <aside aria-label="About this document" className={styles.facts}>
          <Facts document={document} />
        </aside>
      ) : null}
    </>
  );
}

function FactsDrawer({ document, short }: { document: DocumentDetail; short: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      {short ? (
        <Tooltip content="About this document" relationship="label">
          <Button appearance="transparent" size="large" icon={<Info20Regular />} onClick={() => setOpen(true)} />
        </Tooltip>
      ) : (
        <Button size="small" appearance="transparent" icon={<Info16Regular />} onClick={() => setOpen(true)}>
          About
        </Button>
      )}
      <Drawer
        type="overlay"
        position="end"
        size={short ? 'full' : 'small'}
        open={open}
        onOpenChange={(_, data) => setOpen(data.open)}
        aria-label="About this document"
      >
        <DrawerHeader>
          <DrawerHeaderTitle
            action={
              <Button
                appearance="subtle"
                aria-label="Close"
                icon={<Dismiss20Regular />}
                onClick={() => setOpen(false)}
              />
            }
          >
            About {document.number}
          </DrawerHeaderTitle>
        </DrawerHeader>
        <DrawerBody>
          <Facts document={document} />
        </DrawerBody>
      </Drawer>
    </>
  );
}
