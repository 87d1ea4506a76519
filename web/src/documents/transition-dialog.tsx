import { Checkbox, Link as FluentLink } from '@fluentui/react-components';
import { type DocumentDetail, fill, pages, routes, type Transition } from '@megdocs/contract';
import { type ReactNode, useState } from 'react';
import { useHref } from 'react-router';
import { useDocumentFollowUpDrafts } from '../editing/queries.ts';
import { announce } from '../ui/announce.tsx';
import { send } from '../ui/api.ts';
import { TextDialog } from './text-dialog.tsx';
import { countInWords, namesInWords } from './words.ts';

interface Props {
  document: DocumentDetail;
  transition: Transition;
  onDone: () => void;
  onClose: () => void;
}

/** Asks before a step on the document's road, and says what it makes visible and to whom. */
export function TransitionDialog({ document, transition, onDone, onClose }: Props) {
  const [leaveOut, setLeaveOut] = useState(false);
  const words = wordsOf(document, transition);
  const late = transition === 'publish' && document.followUpDraftsWaiting > 0;
  return (
    <TextDialog
      open
      title={words.title}
      label={words.label}
      required={transition === 'send-back'}
      verb={words.verb}
      keep="Cancel"
      notYet={late && !leaveOut ? 'Look at what was saved late, or confirm that it is left out.' : null}
      onSubmit={async (comment) => {
        await send('POST', fill(routes.documentTransitions, { id: document.id }), {
          transition,
          version: document.version,
          ...(comment ? { comment } : {}),
          ...(late ? { leaveOutLateSave: leaveOut } : {}),
        });
        announce(words.done);
        onDone();
      }}
      onClose={onClose}
    >
      {words.text}
      {late ? <LateSave document={document} leaveOut={leaveOut} onChange={setLeaveOut} /> : null}
    </TextDialog>
  );
}

function LateSave({
  document,
  leaveOut,
  onChange,
}: {
  document: DocumentDetail;
  leaveOut: boolean;
  onChange: (leaveOut: boolean) => void;
}) {
  const drafts = useDocumentFollowUpDrafts(document.id, true).data?.drafts.filter((draft) => draft.state === 'waiting');
  const editors = [...new Set(drafts?.flatMap((draft) => draft.editors))];
  const href = useHref(fill(pages.followUpDraft, { id: drafts?.[0]?.id ?? '' }));
  return (
    <div>
      <p>
        {editors.length > 0 ? namesInWords(editors) : 'Somebody'} saved after the check-in:{' '}
        {countInWords(document.followUpDraftsWaiting, 'late save')} waits to be looked at.{' '}
        {drafts?.[0] ? (
          <FluentLink inline href={href}>
            Look at it
          </FluentLink>
        ) : null}
      </p>
      <Checkbox
        label={`It is left out of ${document.nextPublishedVersion}`}
        checked={leaveOut}
        onChange={(_, data) => onChange(data.checked === true)}
      />
    </div>
  );
}

interface TransitionWords {
  title: string;
  text: ReactNode;
  label: string;
  verb: string;
  done: string;
}

function wordsOf(document: DocumentDetail, transition: Transition): TransitionWords {
  const name = `${document.number} ${document.title}`;
  const folder = document.folderPath.at(-1)?.name ?? 'its folder';
  const approvers = document.people.approvers.map((person) => person.name);
  switch (transition) {
    case 'publish':
      return {
        title: `Publish ${name} as ${document.nextPublishedVersion}?`,
        text: (
          <p>
            Draft {document.version} becomes version {document.nextPublishedVersion}, exactly as it is, and everybody
            who may read {folder} sees it from now on.
            {document.publishedVersion
              ? ` It takes the place of ${document.publishedVersion}, which stays in the history.`
              : ''}
          </p>
        ),
        label: 'Comment',
        verb: `Publish ${document.nextPublishedVersion}`,
        done: `${document.number} is published as ${document.nextPublishedVersion}`,
      };
    case 'send-to-review':
      return {
        title: `Send ${name} to review?`,
        text: (
          <p>
            {approvers.length > 0 ? namesInWords(approvers) : 'The approvers'} can then publish it as{' '}
            {document.nextPublishedVersion} or send it back. It can’t be edited meanwhile.
          </p>
        ),
        label: 'Comment for the reviewers',
        verb: 'Send to review',
        done: `${document.number} was sent to review`,
      };
    case 'send-back':
      return {
        title: `Send ${name} back to draft?`,
        text: <p>It can be edited again, and needs a new review afterwards.</p>,
        label: 'What should change',
        verb: 'Send back to draft',
        done: `${document.number} was sent back to draft`,
      };
    case 'revise':
      return {
        title: `Start a revision of ${name}?`,
        text: <p>Version {document.publishedVersion} stays in force and visible until the revision is published.</p>,
        label: 'Why it is revised',
        verb: 'Start a revision',
        done: `The revision of ${document.number} has begun`,
      };
  }
}
