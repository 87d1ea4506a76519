import { Button, Tooltip } from '@fluentui/react-components';
import { Edit20Regular } from '@fluentui/react-icons';
import { type DocumentDetail, fill, routes, type Transition } from '@megdocs/contract';
import type { Action } from '../ui/action-menu.tsx';
import { PageHead } from '../ui/frame.tsx';
import { useWidth } from '../ui/layout.ts';
import { Status } from '../ui/status.tsx';
import styles from './document.module.css';
import { EditLink } from './edit-link.tsx';
import type { HeadAction, HeadActions } from './main-action.ts';
import { MoreMenu } from './more-menu.tsx';
import { effectInWords } from './road.ts';
import { TransitionButton } from './transition-button.tsx';

export const BLOCKERS_ID = 'edit-blockers';

interface Props {
  document: DocumentDetail;
  actions: HeadActions;
  mayManage: boolean;
  onTransition: (transition: Transition) => void;
  onDetails: () => void;
  onUpload: () => void;
}

/** Title, one line about it, the one primary button, and the rest beside or behind it. */
export function DocumentHead(props: Props) {
  const { document } = props;
  return (
    <PageHead
      showOnPhone
      title={document.title}
      lead={
        <span className={styles.line}>
          <span className={styles.number}>{document.number}</span>
          <span>
            <Status state={document.state}> {document.version}</Status>
          </span>
          <span>Owner {document.owner.name.replaceAll(' ', '\u00a0')}</span>
          <span className={styles.wideOnly}>{effectInWords(document)}</span>
        </span>
      }
      actions={<Actions {...props} />}
    />
  );
}

function Actions({ document, actions, mayManage, onTransition, onDetails, onUpload }: Props) {
  const phone = useWidth() === 'phone';
  const { primary, others, blockedEdit } = actions;
  const mayUpload = document.rights.edit && !document.beingEdited && !document.state.includes('review');
  const upload: Action[] = mayUpload ? [{ label: 'Upload a new version…', onChoose: onUpload }] : [];
  const behind = phone ? others.map((action) => entryOf(action, onTransition)) : [];
  const download: Action = {
    label: `Download ${document.version}`,
    download: fill(routes.documentVersionContent, { id: document.id, version: document.version }),
  };
  const inSplit = primary?.kind === 'edit';
  const rest: Action[] = [
    ...(inSplit ? [] : [...behind, ...upload]),
    ...(mayManage ? [{ label: 'Edit details…', onChoose: onDetails }] : []),
    download,
  ];
  return (
    <div className={styles.actions}>
      {primary?.kind === 'edit' ? (
        <EditLink
          document={document}
          label={primary.label}
          primary
          more={[...behind, ...upload]}
          className={styles.main}
        />
      ) : null}
      {primary?.kind === 'transition' ? (
        <TransitionButton action={primary} primary onTransition={onTransition} className={styles.main} />
      ) : null}
      {phone ? null : others.map((action) => <Other key={action.label} {...{ action, document, onTransition }} />)}
      {blockedEdit ? (
        <Button className={styles.main} icon={<Edit20Regular />} disabledFocusable aria-describedby={BLOCKERS_ID}>
          {blockedEdit.label}
        </Button>
      ) : null}
      <MoreMenu name={`More for ${document.number}`} actions={rest} />
    </div>
  );
}

function Other({ action, document, onTransition }: { action: HeadAction } & Pick<Props, 'document' | 'onTransition'>) {
  if (action.kind === 'edit') return <EditLink document={document} label={action.label} primary={false} more={[]} />;
  if (!action.blockedBecause) return <TransitionButton action={action} primary={false} onTransition={onTransition} />;
  return (
    <Tooltip content={action.blockedBecause} relationship="description">
      <Button disabledFocusable>{action.label}</Button>
    </Tooltip>
  );
}

function entryOf(action: HeadAction, onTransition: Props['onTransition']): Action {
  if (action.kind === 'edit') return { label: action.label };
  return {
    label: `${action.label}…`,
    onChoose: () => onTransition(action.transition),
    because: action.blockedBecause,
  };
}
