import { Tab, TabList } from '@fluentui/react-components';
import type { DocumentDetail } from '@megdocs/contract';
import { lazy, Suspense, useState } from 'react';
import { useSearchParams } from 'react-router';
import { BeingEditedBand } from '../editing/being-edited-band.tsx';
import { Receipt } from '../editing/receipt.tsx';
import { lateSaveWaits } from '../editing/receipt-words.ts';
import { FailureFence } from '../ui/failure-fence.tsx';
import { useMe } from '../ui/me.ts';
import { Blockers } from './blockers.tsx';
import styles from './document.module.css';
import type { DocumentDialog } from './document-dialogs.tsx';
import { BLOCKERS_ID, DocumentHead } from './document-head.tsx';
import { headActions } from './main-action.ts';
import { ReadTab } from './read-tab.tsx';
import { useDocumentEditing } from './use-document-editing.ts';

// What a person opens, not what they come for.
const DocumentDialogs = lazy(async () => ({ default: (await import('./document-dialogs.tsx')).DocumentDialogs }));
const VersionsTab = lazy(async () => ({ default: (await import('./versions-tab.tsx')).VersionsTab }));
const ActivityTab = lazy(async () => ({ default: (await import('./activity-tab.tsx')).ActivityTab }));
const AccessTab = lazy(async () => ({ default: (await import('./access-tab.tsx')).AccessTab }));

const tabs = ['read', 'versions', 'activity', 'access'] as const;
type TabName = (typeof tabs)[number];

/** A document that is here: head, what goes on, tabs. */
export function DocumentView({ document, notLiveSince }: { document: DocumentDetail; notLiveSince: string | null }) {
  const me = useMe();
  const [dialog, setDialog] = useState<DocumentDialog | null>(null);
  const editing = useDocumentEditing(document);
  const { receipt, openSession } = editing;
  const actions = headActions(document, lateSaveWaits(receipt));
  const transition = (which: DocumentDetail['transitions'][number]['transition']) =>
    setDialog({ kind: 'transition', transition: which });
  return (
    <>
      <div className={styles.top}>
        <DocumentHead
          document={document}
          actions={actions}
          mayManage={document.rights.manage || document.owner.id === me.id}
          onTransition={transition}
          onDetails={() => setDialog({ kind: 'details' })}
          onUpload={() => setDialog({ kind: 'upload' })}
        />
        {document.beingEdited ? (
          <BeingEditedBand
            documentId={document.id}
            beingEdited={document.beingEdited}
            session={openSession}
            pageNotLiveSince={notLiveSince}
            reconnect={document.editBlockers.some((blocker) => blocker.code === 'reconnect-needed')}
            checkInButton={editing.checkInButton}
            onCheckIn={() => setDialog({ kind: 'check-in' })}
            onDiscard={() => setDialog({ kind: 'discard' })}
            onDecide={() => setDialog({ kind: 'decide' })}
            onChanged={editing.refresh}
          />
        ) : null}
        {!document.beingEdited && receipt ? (
          <Receipt
            session={receipt}
            head={editing.receiptHead}
            onHide={editing.hideReceipt}
            onChanged={editing.refresh}
          />
        ) : null}
        {actions.blockedEdit ? (
          <Blockers
            id={BLOCKERS_ID}
            documentId={document.id}
            blockers={actions.blockedEdit.blockers}
            openAtOnce={actions.blockedEdit.openAtOnce}
            primary={actions.primary === null && !lateSaveWaits(receipt)}
            mayTransition={(which) =>
              document.transitions.some((entry) => entry.transition === which && !entry.blockedBecause)
            }
            onTransition={transition}
          />
        ) : null}
        <Tabs document={document} />
      </div>
      <Panel document={document} />
      {dialog ? (
        <FailureFence resetBy={dialog.kind}>
          <Suspense fallback={null}>
            <DocumentDialogs
              dialog={dialog}
              document={document}
              session={openSession}
              onChanged={editing.refresh}
              onCheckedIn={editing.showReceipt}
              onClose={() => setDialog(null)}
            />
          </Suspense>
        </FailureFence>
      ) : null}
    </>
  );
}

function useTab(): [TabName, (tab: TabName) => void] {
  const [search, setSearch] = useSearchParams();
  const tab = tabs.find((name) => name === search.get('tab')) ?? 'read';
  return [tab, (next) => setSearch(next === 'read' ? {} : { tab: next }, { replace: true })];
}

function Tabs({ document }: { document: DocumentDetail }) {
  const [tab, setTab] = useTab();
  return (
    <TabList
      className={styles.tabs}
      selectedValue={tab}
      onTabSelect={(_, data) => setTab(tabs.find((name) => name === data.value) ?? 'read')}
    >
      <Tab value="read" id="tab-read">
        Read
      </Tab>
      <Tab value="versions" id="tab-versions">
        Versions
        <span className={styles.count}>{document.versionCount}</span>
      </Tab>
      <Tab value="activity" id="tab-activity">
        Activity
      </Tab>
      <Tab value="access" id="tab-access">
        Access
      </Tab>
    </TabList>
  );
}

function Panel({ document }: { document: DocumentDetail }) {
  const [tab] = useTab();
  return (
    <div role="tabpanel" aria-labelledby={`tab-${tab}`} className={tab === 'read' ? styles.body : styles.panel}>
      {tab === 'read' ? <ReadTab document={document} /> : null}
      <FailureFence resetBy={tab}>
        <Suspense fallback={null}>
          {tab === 'versions' ? <VersionsTab document={document} /> : null}
          {tab === 'activity' ? <ActivityTab documentId={document.id} /> : null}
          {tab === 'access' ? <AccessTab document={document} /> : null}
        </Suspense>
      </FailureFence>
    </div>
  );
}
