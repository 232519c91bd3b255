/** Asks who has not confirmed the e-mail address yet to do so: only then can a lost password be reset. */
import { ErrorCode } from './latchkey.js';
import { explain, whenToTryAgain } from './messages.js';

const NO_MAIL = 'notes.noMail'; // The server sends none, so there is nothing to ask for.

export async function askToConfirm(latchkey) {
  const hint = document.getElementById('address');
  const words = hint.querySelector('span');
  const button = hint.querySelector('button');
  if (localStorage.getItem(NO_MAIL)) return;
  const { email, emailVerified, pendingEmail } = (await latchkey.account.readAccount()).data;
  if (emailVerified && !pendingEmail) return;

  words.textContent = `Your address ${pendingEmail ?? email} is not confirmed yet.`;
  hint.hidden = false;
  button.onclick = async () => {
    button.disabled = true;
    try {
      const asked = await latchkey.email.requestVerification();
      words.textContent = asked.sent ? `A mail is on its way to ${asked.email}. Follow its link.` : 'Your address is confirmed.';
      button.hidden = true;
    } catch (error) {
      words.textContent = explain(error) + whenToTryAgain(error);
      button.hidden = error.code === ErrorCode.NotFound;
      if (button.hidden) localStorage.setItem(NO_MAIL, 'true');
    } finally {
      button.disabled = false;
    }
  };
}
