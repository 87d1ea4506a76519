import {
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useFocusGivenBack } from './focus-given-back.ts';
import { useModalKeeper } from './modals.tsx';
import type { SheetProps } from './sheet.tsx';

const useStyles = makeStyles({
  surface: {
    maxWidth: '592px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    '@media (max-width: 899.98px)': {
      maxWidth: '100vw',
      width: '100vw',
      minHeight: '100dvh',
      maxHeight: '100dvh',
      borderRadius: 0,
      border: 'none',
    },
  },
  body: { '@media (max-width: 899.98px)': { minHeight: 'calc(100dvh - 48px)', gridTemplateRows: 'auto 1fr auto' } },
  title: { fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500, fontWeight: 600 },
  // Fluent pulls the content 2 px out on each side.
  content: { display: 'grid', gap: '16px', alignContent: 'start', margin: '0 -2px', padding: '4px 2px 8px' },
  actions: {
    gridColumn: '1 / -1',
    justifySelf: 'end',
    '& > button': { flexShrink: 0, whiteSpace: 'nowrap' },
    '@media (max-width: 899.98px)': {
      justifySelf: 'stretch',
      alignItems: 'stretch',
      flexDirection: 'column-reverse',
      '& > button': { minHeight: '44px' },
    },
  },
});

/** A dialog as the product draws them: 592 wide, the whole screen on a phone, focus kept inside and given back. */
export default function SheetDialog({ title, onClose, children, actions }: Omit<SheetProps, 'open'>) {
  const styles = useStyles();
  useModalKeeper();
  useFocusGivenBack();
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className={styles.surface}>
        <DialogBody className={styles.body}>
          <DialogTitle className={styles.title}>{title}</DialogTitle>
          <DialogContent className={styles.content}>{children}</DialogContent>
          <DialogActions className={styles.actions}>{actions}</DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
