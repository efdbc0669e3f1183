import "udi-verify/element/define";
import { createApp } from "vue";

import Page from "./Page.vue";

createApp(Page).mount("#page");
