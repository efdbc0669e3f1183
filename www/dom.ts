export { h, icon, type IconName } from "udi-verify/element";
