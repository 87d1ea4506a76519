import { Button, Drawer, DrawerBody, DrawerHeader, DrawerHeaderTitle, Tooltip } from '@fluentui/react-components';
import { Dismiss20Regular, Info16Regular, Info20Regular } from '@fluentui/react-icons';
import type { DocumentDetail } from '@megdocs/contract';
import { useState } from 'react';
import { Facts } from './facts.tsx';

/** The facts behind "About" where there is no room beside the reader. */
export function FactsDrawer({ document, short }: { document: DocumentDetail; short: boolean }) {
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
