"""The objects of the demo org and their fields, as describe lists them."""

from typing import Any

AUDIT = (
    "CreatedDate:datetime CreatedById:reference LastModifiedDate:datetime"
    " LastModifiedById:reference SystemModstamp:datetime"
)
RECORD = f"Id:id IsDeleted:boolean CurrencyIsoCode:picklist {AUDIT}"
VIEWED = "LastActivityDate:date LastViewedDate:datetime LastReferencedDate:datetime"
PERSON = "FirstName:string LastName:string Salutation:picklist Name:string Title:string"


def _address(prefix: str, compound: str) -> str:
    return (
        f"{prefix}Street:textarea {prefix}City:string {prefix}State:string"
        f" {prefix}PostalCode:string {prefix}Country:string {prefix}Latitude:double"
        f" {prefix}Longitude:double {prefix}GeocodeAccuracy:picklist {compound}:address"
    )


OBJECTS = {
    "Account": f"{RECORD} MasterRecordId:reference Name:string Type:picklist ParentId:reference"
    f" {_address('Billing', 'BillingAddress')} {_address('Shipping', 'ShippingAddress')}"
    f" Phone:phone Fax:phone AccountNumber:string Website:url Sic:string Industry:picklist"
    f" AnnualRevenue:currency NumberOfEmployees:int Ownership:picklist TickerSymbol:string"
    f" Description:textarea Rating:picklist Site:string OwnerId:reference {VIEWED} Jigsaw:string"
    f" JigsawCompanyId:string CleanStatus:picklist AccountSource:picklist DunsNumber:string"
    f" Tradestyle:string NaicsCode:string NaicsDesc:string YearStarted:string SicDesc:string"
    f" VAT_Number__c:string HubSpot_Record_ID__c:string",
    "Contact": f"{RECORD} {PERSON} MasterRecordId:reference AccountId:reference"
    f" {_address('Mailing', 'MailingAddress')} Phone:phone Fax:phone MobilePhone:phone"
    f" HomePhone:phone OtherPhone:phone AssistantPhone:phone ReportsToId:reference Email:email"
    f" Department:string AssistantName:string LeadSource:picklist Birthdate:date"
    f" Description:textarea OwnerId:reference HasOptedOutOfEmail:boolean DoNotCall:boolean"
    f" {VIEWED} EmailBouncedReason:string EmailBouncedDate:datetime IsEmailBounced:boolean"
    f" CleanStatus:picklist HubSpot_Record_ID__c:string",
    "Lead": f"{RECORD} {PERSON} MasterRecordId:reference Company:string"
    f" {_address('', 'Address')} Phone:phone MobilePhone:phone Fax:phone Email:email Website:url"
    f" Description:textarea LeadSource:picklist Status:picklist Industry:picklist"
    f" Rating:picklist AnnualRevenue:currency NumberOfEmployees:int OwnerId:reference"
    f" HasOptedOutOfEmail:boolean IsConverted:boolean ConvertedDate:date"
    f" ConvertedAccountId:reference ConvertedContactId:reference"
    f" ConvertedOpportunityId:reference IsUnreadByOwner:boolean {VIEWED} CleanStatus:picklist"
    f" HubSpot_Record_ID__c:string",
    "Opportunity": f"{RECORD} AccountId:reference IsPrivate:boolean Name:string"
    f" Description:textarea StageName:picklist Amount:currency Probability:percent"
    f" ExpectedRevenue:currency TotalOpportunityQuantity:double CloseDate:date Type:picklist"
    f" NextStep:string LeadSource:picklist IsClosed:boolean IsWon:boolean"
    f" ForecastCategory:picklist ForecastCategoryName:picklist CampaignId:reference"
    f" HasOpportunityLineItem:boolean Pricebook2Id:reference OwnerId:reference"
    f" RecordTypeId:reference ContactId:reference LastStageChangeDate:datetime FiscalQuarter:int"
    f" FiscalYear:int Fiscal:string Loss_Reason__c:picklist {VIEWED}",
    "OpportunityLineItem": f"{RECORD} OpportunityId:reference SortOrder:int"
    f" PricebookEntryId:reference Product2Id:reference ProductCode:string Name:string"
    f" Quantity:double TotalPrice:currency UnitPrice:currency ListPrice:currency"
    f" Subtotal:currency Discount:percent ServiceDate:date Description:string",
    "OpportunityStage": f"Id:id {AUDIT} MasterLabel:string ApiName:string IsActive:boolean"
    f" SortOrder:int IsClosed:boolean IsWon:boolean ForecastCategory:picklist"
    f" ForecastCategoryName:picklist DefaultProbability:percent Description:string",
    "OpportunityHistory": "Id:id IsDeleted:boolean CurrencyIsoCode:picklist"
    " CreatedDate:datetime CreatedById:reference SystemModstamp:datetime"
    " OpportunityId:reference StageName:picklist Amount:currency ExpectedRevenue:currency"
    " CloseDate:date Probability:percent ForecastCategory:picklist",
    "Product2": f"{RECORD} Name:string ProductCode:string Description:textarea IsActive:boolean"
    f" Family:picklist StockKeepingUnit:string QuantityUnitOfMeasure:picklist DisplayUrl:url"
    f" ExternalId:string IsArchived:boolean LastViewedDate:datetime LastReferencedDate:datetime",
    "PricebookEntry": f"{RECORD} Name:string Pricebook2Id:reference Product2Id:reference"
    f" UnitPrice:currency IsActive:boolean UseStandardPrice:boolean ProductCode:string"
    f" IsArchived:boolean",
    "Contract": f"{RECORD} AccountId:reference OwnerId:reference StartDate:date EndDate:date"
    f" ContractTerm:int Status:picklist ContractNumber:string Description:textarea"
    f" ActivatedDate:datetime StatusCode:picklist",
    "Campaign": f"{RECORD} Name:string ParentId:reference Type:picklist Status:picklist"
    f" StartDate:date EndDate:date ExpectedRevenue:currency BudgetedCost:currency"
    f" ActualCost:currency ExpectedResponse:percent NumberSent:double IsActive:boolean"
    f" Description:textarea NumberOfLeads:int NumberOfConvertedLeads:int NumberOfContacts:int"
    f" NumberOfResponses:int NumberOfOpportunities:int NumberOfWonOpportunities:int"
    f" AmountAllOpportunities:currency AmountWonOpportunities:currency OwnerId:reference {VIEWED}",
    "CampaignMember": f"{RECORD} CampaignId:reference LeadId:reference ContactId:reference"
    f" Status:picklist HasResponded:boolean FirstRespondedDate:date Name:string Type:picklist",
    "Case": f"{RECORD} CaseNumber:string ContactId:reference AccountId:reference"
    f" ParentId:reference SuppliedName:string SuppliedEmail:email Type:picklist Status:picklist"
    f" Reason:picklist Origin:picklist Subject:string Priority:picklist Description:textarea"
    f" IsClosed:boolean ClosedDate:datetime IsEscalated:boolean OwnerId:reference",
    "CaseComment": f"Id:id IsDeleted:boolean {AUDIT} ParentId:reference IsPublished:boolean"
    f" CommentBody:textarea",
    "Task": f"{RECORD} WhoId:reference WhatId:reference WhoCount:int WhatCount:int Subject:combobox"
    f" ActivityDate:date Status:picklist Priority:picklist IsHighPriority:boolean"
    f" OwnerId:reference Description:textarea AccountId:reference IsClosed:boolean"
    f" IsArchived:boolean CallDurationInSeconds:int CallType:picklist CallDisposition:string"
    f" CompletedDateTime:datetime TaskSubtype:picklist",
    "Event": f"{RECORD} WhoId:reference WhatId:reference WhoCount:int WhatCount:int"
    f" Subject:combobox Location:string IsAllDayEvent:boolean ActivityDateTime:datetime"
    f" ActivityDate:date DurationInMinutes:int StartDateTime:datetime EndDateTime:datetime"
    f" Description:textarea AccountId:reference OwnerId:reference IsPrivate:boolean"
    f" ShowAs:picklist IsArchived:boolean EventSubtype:picklist",
    "User": f"Id:id CurrencyIsoCode:picklist {AUDIT} Username:string LastName:string"
    f" FirstName:string Name:string CompanyName:string Division:string Department:string"
    f" Title:string {_address('', 'Address')} Email:email Phone:phone MobilePhone:phone"
    f" Alias:string IsActive:boolean TimeZoneSidKey:picklist UserRoleId:reference"
    f" LocaleSidKey:picklist ProfileId:reference UserType:picklist LanguageLocaleKey:picklist"
    f" EmployeeNumber:string ManagerId:reference LastLoginDate:datetime"
    f" UserPreferencesActivityRemindersPopup:boolean UserPreferencesLightningExperiencePreferred"
    f":boolean",
    "RecordType": f"Id:id {AUDIT} Name:string DeveloperName:string NamespacePrefix:string"
    f" Description:string BusinessProcessId:reference SobjectType:picklist IsActive:boolean",
    "CurrencyType": f"Id:id {AUDIT} IsoCode:picklist ConversionRate:double DecimalPlaces:int"
    f" IsActive:boolean IsCorporate:boolean",
}
RELATIONS = {
    ("Task", "Who"): ("Type", "Name"), ("Task", "What"): ("Type", "Name"),
    ("Task", "Account"): ("Name",), ("Event", "Who"): ("Type", "Name"),
    ("Event", "What"): ("Type", "Name"), ("Event", "Account"): ("Name",),
}  # fmt: skip
SOAP_TYPES = {
    "id": "tns:ID", "reference": "tns:ID", "boolean": "xsd:boolean", "int": "xsd:int",
    "double": "xsd:double", "currency": "xsd:double", "percent": "xsd:double", "date": "xsd:date",
    "datetime": "xsd:dateTime", "address": "urn:address",
}  # fmt: skip


def fields(name: str) -> dict[str, str]:
    """Field types of an object by field name. Raises KeyError for an object the org lacks."""
    pairs = (one.partition(":") for one in OBJECTS[name].split())
    return {field: kind for field, _, kind in pairs}


def described(name: str) -> dict[str, Any]:
    """The describe result of an object. Raises KeyError."""
    return {
        **listed(name),
        "fields": [_field(field, kind) for field, kind in fields(name).items()],
        "childRelationships": [],
        "recordTypeInfos": [],
    }


def listed(name: str) -> dict[str, Any]:
    """The entry of an object in the list of all."""
    return {
        "name": name,
        "label": name,
        "labelPlural": f"{name}s",
        "custom": False,
        "queryable": True,
        "retrieveable": True,
        "searchable": True,
        "deprecatedAndHidden": False,
        "urls": {"describe": f"/services/data/v67.0/sobjects/{name}/describe"},
    }


def _field(name: str, kind: str) -> dict[str, Any]:
    is_amount = kind in ("currency", "percent", "double")
    return {
        "name": name,
        "label": name.removesuffix("__c").replace("_", " "),
        "type": kind,
        "soapType": SOAP_TYPES.get(kind, "xsd:string"),
        "custom": name.endswith("__c"),
        "calculated": False,
        "nillable": name != "Id",
        "filterable": kind not in ("textarea", "address"),
        "sortable": kind not in ("textarea", "address"),
        "length": 255 if kind in ("string", "picklist", "phone", "email", "url") else 0,
        "precision": 18 if is_amount else 0,
        "scale": 2 if is_amount else 0,
        "picklistValues": [],
        "referenceTo": [],
        "relationshipName": name.removesuffix("Id") if kind == "reference" else None,
    }
