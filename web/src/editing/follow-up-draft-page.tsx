import { Button, Tab, TabList } from '@fluentui/react-components';
import { type FollowUpDraft, fill, pages, routes } from '@megdocs/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { keys, useDocument } from '../documents/queries.ts';
import { Reader } from '../documents/reader.tsx';
import { TextDialog } from '../documents/text-dialog.tsx';
import { namesInWords } from '../documents/words.ts';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { Frame, PageHead } from '../ui/frame.tsx';
import { useWidth } from '../ui/layout.ts';
import { Ago } from '../ui/time.tsx';
import styles from './follow-up.module.css';
import { useFollowUpDraft } from './queries.ts';

/** A late save beside the version that it follows: adopted as the next version, or dismissed, by a person. */
export default function FollowUpDraftPage() {
  const { id = '' } = useParams();
  const query = useFollowUpDraft(id);
  const draft = query.data;
  const title = draft ? `Late save of ${draft.document.number} ${draft.document.title}` : 'Late save';
  const back = draft ? fill(pages.document, { id: draft.document.id }) : pages.documents;
  return (
    <Frame
      flush
      title={title}
      shortTitle={draft?.document.number ?? 'Late save'}
      back={back}
      breadcrumb={[
        { label: 'Documents', to: pages.documents },
        ...(draft ? [{ label: draft.document.number, to: back }] : []),
        { label: 'Late save' },
      ]}
    >
      {draft ? <Both draft={draft} title={title} /> : null}
      {draft ? null : (
        <div className={styles.top}>
          {query.error ? (
            <>
              <PageHead title="This late save can’t be shown" />
              <FailureBox error={query.error} onRetry={() => void query.refetch()}>
                <Link to={pages.documents}>Go to the documents</Link>
              </FailureBox>
            </>
          ) : (
            <Busy sentence="Fetching what was saved late…" />
          )}
        </div>
      )}
    </Frame>
  );
}

function Both({ draft, title }: { draft: FollowUpDraft; title: string }) {
  const width = useWidth();
  const [side, setSide] = useState<'late' | 'before'>('late');
  const document = useDocument(draft.document.id).data;
  const fileName = document?.fileName ?? 'document.docx';
  const reflow = width === 'phone';
  const late = (
    <Reader
      contentUrl={draft.contentUrl}
      fileName={fileName}
      size={draft.size}
      title={title}
      about="Saved late; has no number until it is adopted"
      reflow={reflow}
    />
  );
  const before = (
    <Reader
      contentUrl={fill(routes.documentVersionContent, { id: draft.document.id, version: draft.newestVersion })}
      fileName={fileName}
      size={document?.size ?? draft.size}
      title={`${draft.document.number} ${draft.newestVersion}`}
      about={
        draft.newestVersion === draft.followsVersion
          ? `${draft.followsVersion}, which it follows`
          : `${draft.newestVersion}, the newest; the late save follows ${draft.followsVersion}`
      }
      reflow={reflow}
    />
  );
  return (
    <>
      <div className={styles.top}>
        <PageHead
          showOnPhone
          title={title}
          lead={
            <>
              Saved <Ago at={draft.savedAt} /> by {namesInWords(draft.editors)}, after the check-in of{' '}
              {draft.followsVersion}. <Outcome draft={draft} />
            </>
          }
          actions={draft.state === 'waiting' && draft.mayDecide ? <Acts draft={draft} /> : null}
        />
        {draft.newestVersion === draft.followsVersion ? null : (
          <p className={styles.note}>
            {draft.newestVersion} was made meanwhile. What it changed after {draft.followsVersion} is not in this late
            save: compare both before you adopt it.
          </p>
        )}
        {width === 'wide' ? null : (
          <TabList
            selectedValue={side}
            onTabSelect={(_, data) => setSide(data.value === 'before' ? 'before' : 'late')}
            aria-label="Which text"
          >
            <Tab value="late">Late save</Tab>
            <Tab value="before">{draft.followsVersion}</Tab>
          </TabList>
        )}
      </div>
      {width === 'wide' ? (
        <div className={styles.both}>
          {late}
          {before}
        </div>
      ) : (
        <div className={styles.one}>{side === 'late' ? late : before}</div>
      )}
    </>
  );
}

function Outcome({ draft }: { draft: FollowUpDraft }) {
  if (draft.state === 'adopted') return <>It was adopted and is a version now.</>;
  if (draft.state === 'dismissed') return <>It was dismissed; nothing of it became a version.</>;
  return <>It is kept until somebody decides.</>;
}

function Acts({ draft }: { draft: FollowUpDraft }) {
  const [dialog, setDialog] = useState<'adopt' | 'dismiss' | null>(null);
  const client = useQueryClient();
  const navigate = useNavigate();
  const done = (sentence: string) => {
    announce(sentence);
    void client.invalidateQueries({ queryKey: keys.document(draft.document.id) });
    void client.invalidateQueries({ queryKey: ['follow-up-draft', draft.id] });
    void navigate(`${fill(pages.document, { id: draft.document.id })}?tab=versions`);
  };
  const close = () => setDialog(null);
  return (
    <>
      <Button onClick={() => setDialog('dismiss')}>Dismiss…</Button>
      <Button appearance="primary" onClick={() => setDialog('adopt')}>
        Adopt as {draft.nextVersion}…
      </Button>
      <TextDialog
        open={dialog === 'adopt'}
        title={`Adopt the late save as ${draft.nextVersion}?`}
        label="What changed"
        hint="Readers see this text."
        required
        verb={`Adopt as ${draft.nextVersion}`}
        keep="Cancel"
        onSubmit={async (summary) => {
          await send('POST', fill(routes.followUpDraftAdopt, { id: draft.id }), {
            summary,
            newestVersion: draft.newestVersion,
          });
          done(`Adopted as ${draft.nextVersion}`);
        }}
        onClose={close}
      >
        <p>
          The text as {namesInWords(draft.editors)} saved it becomes {draft.nextVersion}; {draft.newestVersion} stays in
          the history.
        </p>
      </TextDialog>
      <TextDialog
        open={dialog === 'dismiss'}
        title={`Dismiss what ${namesInWords(draft.editors)} saved late?`}
        label="Why"
        hint={`${namesInWords(draft.editors)} can read this in the document’s activity.`}
        required
        verb="Dismiss the late save"
        keep="Keep it waiting"
        onSubmit={async (reason) => {
          await send('POST', fill(routes.followUpDraftDismiss, { id: draft.id }), { reason });
          done('The late save was dismissed');
        }}
        onClose={close}
      >
        <p>
          {draft.document.number} stays at {draft.newestVersion}. The late save becomes no version; its content is kept
          for 90 days.
        </p>
      </TextDialog>
    </>
  );
}
