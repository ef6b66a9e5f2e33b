/* Sets up what every page has. One small module per concern; no inline handlers anywhere. */
import { startClocks } from "./clock.js";
import { startDialogs } from "./dialogs.js";
import { startForms } from "./forms.js";
import { startGridKeys } from "./grid-keys.js";
import { startLock } from "./lock.js";
import { startPalette } from "./palette.js";
import { startRequests } from "./requests.js";
import { startShortcuts } from "./shortcuts.js";
import { startThemeButtons } from "./theme-buttons.js";
import { startToasts } from "./toasts.js";

startRequests();
startToasts();
startForms();
startDialogs();
startThemeButtons();
startClocks();
startGridKeys();
startPalette();
startShortcuts();
startLock();
