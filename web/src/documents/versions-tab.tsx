import { Tooltip } from '@fluentui/react-components';
import { ArrowDownload20Regular } from '@fluentui/react-icons';
import {
  type DocumentDetail,
  type EditorName,
  type FollowUpDraft,
  fill,
  pages,
  routes,
  type Version,
} from '@megdocs/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useDocumentFollowUpDrafts } from '../editing/queries.ts';
import { Busy } from '../ui/busy.tsx';
import { FailureBox } from '../ui/failure.tsx';
import { useWidth } from '../ui/layout.ts';
import { PersonName } from '../ui/people.tsx';
import { Signal, Status, StatusGlyph } from '../ui/status.tsx';
import { Ago } from '../ui/time.tsx';
import { useVersions } from './queries.ts';
import styles from './versions.module.css';
import { countInWords } from './words.ts';

/** Every version with everyone who edited it; a late save is a row like any other, without a number. */
export function VersionsTab({ document }: { document: DocumentDetail }) {
  const versions = useVersions(document.id);
  const late = useDocumentFollowUpDrafts(document.id, document.seesDrafts);
  const phone = useWidth() === 'phone';
  if (versions.error) return <FailureBox error={versions.error} onRetry={() => void versions.refetch()} />;
  if (!versions.data) return <Busy sentence="Fetching the versions…" />;
  const rows = [
    ...(late.data?.drafts ?? []).filter((draft) => draft.state === 'waiting').map(lateRow),
    ...versions.data.versions.map((version) => versionRow(document, version)),
  ];
  if (phone) {
    return (
      <ul>
        {rows.map((row) => (
          <Card key={row.key} row={row} />
        ))}
      </ul>
    );
  }
  return (
    <table className={styles.table} aria-label={`Versions of ${document.number}`}>
      <colgroup>
        <col className={styles.colNumber} />
        <col className={styles.colStatus} />
        <col className={styles.colEditors} />
        <col className={styles.colWhen} />
        <col />
        <col className={styles.colFile} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Status</th>
          <th scope="col">Edited by</th>
          <th scope="col">When</th>
          <th scope="col">What changed</th>
          <th scope="col">
            <span className="out-of-sight">Download</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row" className={styles.number}>
              {row.number ?? <span className="out-of-sight">No number yet</span>}
            </th>
            <td>{row.status}</td>
            <td>{row.editors}</td>
            <td>
              <Ago at={row.at} />
            </td>
            <td>{row.comment}</td>
            <td>{row.download}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Row {
  key: string;
  number: string | null;
  status: ReactNode;
  editors: ReactNode;
  at: string;
  comment: ReactNode;
  download: ReactNode;
}

function versionRow(document: DocumentDetail, version: Version): Row {
  const open = [
    version.trackedChanges > 0 ? countInWords(version.trackedChanges, 'tracked change') : '',
    version.comments > 0 ? countInWords(version.comments, 'comment') : '',
  ].filter(Boolean);
  return {
    key: version.number,
    number: version.number,
    status: <Status state={version.state} />,
    editors: <Editors editors={version.editors} />,
    at: version.madeAt,
    comment: (
      <>
        {version.comment}
        {version.publishedFrom ? <span className={styles.quiet}> The text of {version.publishedFrom}.</span> : null}
        {open.length > 0 ? <span className={styles.open}>Still holds {open.join(' and ')}.</span> : null}
      </>
    ),
    download: (
      <Download
        href={fill(routes.documentVersionContent, { id: document.id, version: version.number })}
        name={`Download ${version.number} of ${document.number}`}
      />
    ),
  };
}

function lateRow(draft: FollowUpDraft): Row {
  return {
    key: draft.id,
    number: null,
    status: (
      <span className={styles.late}>
        <StatusGlyph glyph="dashed" tone="wait" /> Late save
      </span>
    ),
    editors: <Editors editors={draft.editors.map((name) => ({ name, personId: name, stranger: false }))} />,
    at: draft.savedAt,
    comment: (
      <>
        Saved after the check-in of {draft.followsVersion}. Not looked at yet.{' '}
        <Link to={fill(pages.followUpDraft, { id: draft.id })}>Look at it</Link>
      </>
    ),
    download: <Download href={draft.contentUrl} name={`Download the late save of ${draft.document.number}`} />,
  };
}

function Editors({ editors }: { editors: readonly EditorName[] }) {
  return (
    <ul className={styles.editors}>
      {editors.map((editor) => (
        <li key={editor.name}>
          {editor.stranger ? (
            <span className={styles.stranger}>
              <Signal kind="wait" />
              <span>Word was signed in as “{editor.name}”</span>
            </span>
          ) : (
            <PersonName name={editor.name} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Download({ href, name }: { href: string; name: string }) {
  return (
    <Tooltip content={name} relationship="label">
      <a href={href} download className={styles.download}>
        <ArrowDownload20Regular aria-hidden />
      </a>
    </Tooltip>
  );
}

function Card({ row }: { row: Row }) {
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <strong>{row.number}</strong>
        {row.status}
      </div>
      <div>{row.comment}</div>
      <div className={styles.cardFoot}>
        <div>
          {row.editors}
          <span className={styles.quiet}>
            <Ago at={row.at} />
          </span>
        </div>
        {row.download}
      </div>
    </li>
  );
}
