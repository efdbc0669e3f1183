export { h, icon, present, type IconName } from "udi-verify/element";
